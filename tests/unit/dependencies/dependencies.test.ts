import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectFolder } from "../../../lab/places";

interface Package {
  name: string;
  license?: string;
  licenses?: { type: string }[];
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
}

interface Lock {
  packages: Record<string, { dev?: boolean; resolved?: string; integrity?: string; optional?: boolean }>;
}

const read = <Json>(path: string): Json => JSON.parse(readFileSync(join(projectFolder, path), "utf8")) as Json;

/** All let a program that is run, not sold, be made of them. */
const allowed = [
  "Apache-2.0", "MIT", "ISC", "BSD-2-Clause", "BSD-3-Clause", "(BSD-3-Clause AND Apache-2.0)", "0BSD", "BlueOak-1.0.0", "CC0-1.0", "CC-BY-3.0",
  "Python-2.0", "Unlicense",
]; // prettier-ignore
/** MIT, by the file that its package.json names. */
const named = ["@logdna/tail-file"];

describe("dependencies", () => {
  const { dependencies = {}, devDependencies = {} } = read<Package>("package.json");
  const shipped = Object.entries(read<Lock>("package-lock.json").packages).filter(([path, { dev }]) => path !== "" && dev !== true);

  it("are each at one version, never at a range", () => {
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version));
    assert.deepEqual(loose, []);
  });

  it("are locked by their content", () => {
    assert.deepEqual(
      shipped.filter(([, { integrity }]) => integrity === undefined).map(([path]) => path),
      [],
    );
  });

  it("have licences that allow their use here", () => {
    const installed = shipped.filter(([, { optional }]) => optional !== true).map(([path]) => read<Package>(`${path}/package.json`));
    const strange = installed
      .map(({ name, license, licenses }) => ({ name, license: license ?? licenses?.map(({ type }) => type).join(" OR ") ?? "none" }))
      .filter(({ name, license }) => !allowed.includes(license) && !named.includes(name));
    assert.deepEqual(strange, []);
    assert.ok(installed.length > 50);
  });
});
