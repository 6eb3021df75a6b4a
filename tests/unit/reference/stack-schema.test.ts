import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { parseStackConfig } from "../../../components/deployment/config";
import { projectFolder } from "../../../lab/places";
import { readDescriptions } from "../../../reference/descriptions";
import { minimalConfig } from "../../program/config";

type Config = Record<string, unknown>;

describe("the schema of a stack's file for editors", () => {
  const read = (file: string): string => readFileSync(join(projectFolder, file), "utf8");
  const fits = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(
    JSON.parse(read("docs/stack-config.schema.json")) as object,
  );
  const minimal = Object.fromEntries(
    Object.entries(minimalConfig).map(([key, text]) => [key, /^[[{]/.test(text) ? (JSON.parse(text) as unknown) : text]),
  );

  /** Where it says that something is wrong. */
  const complaints = (config: Config): string[] => {
    fits({ config });
    return [...new Set((fits.errors ?? []).map(({ instancePath }) => instancePath))];
  };

  for (const name of ["staging", "production"]) {
    it(`has nothing against the ${name} stack but the backups' key that is to be replaced`, () => {
      const { config } = parse(read(`Pulumi.${name}.yaml`)) as { config: Config };
      assert.deepEqual(complaints(config), ["/config/selfhelp:backup/recipient"]);
    });
  }

  it("takes what a preview takes: secrets, which Pulumi encrypts or adds later, and keys of other namespaces", () => {
    const encrypted = { secure: "v1:abc" };
    const database = { name: "selfhelp", user: "Deploy_1", password: encrypted };
    assert.deepEqual(complaints({ ...minimal, "selfhelp:database": database, "aws:region": "eu-central-1" }), []);
    assert.deepEqual(complaints({ ...minimal, "selfhelp:environment": { APP_SECRET: encrypted, APP_DEBUG: false } }), []);
    assert.deepEqual(complaints({ ...minimal, "selfhelp:database": { name: "selfhelp" }, "selfhelp:loginRate": undefined }), ["/config"]);
  });

  it("takes false for what it switches off", () => {
    assert.deepEqual(complaints({ ...minimal, "selfhelp:monitoring": false }), []);
    assert.ok("config" in parseStackConfig({ ...minimalConfig, "selfhelp:monitoring": "false" }));
  });

  for (const [key, value] of [
    ["databse", {}],
    ["release", "a b"],
    ["hosts", []],
    ["hosts", [{ name: "web1", address: "203.0.113.7", hostKey: "ssh-ed25519 AAAA" }]],
    ["health", { pth: "/health" }],
    ["strategy", "red-black"],
    ["monitoring", true],
    ["monitoring", { everySeconds: 0 }],
    ["health", false],
    ["backup", { recipient: "AGE-SECRET-KEY-1" }],
    ["hardening", { bodyMegabytes: 0 }],
    ["access", { administrator: { user: "a", password: "b" }, remove: ["everything"] }],
  ] as const) {
    it(`refuses what a preview refuses: ${key} ${JSON.stringify(value)}`, () => {
      const config = { ...minimal, [`selfhelp:${key}`]: value };
      assert.notDeepEqual(complaints(config), []);
      const raw = typeof value === "string" ? value : JSON.stringify(value);
      assert.ok("problems" in parseStackConfig({ ...minimalConfig, [`selfhelp:${key}`]: raw }));
    });
  }

  it("says of each key and each output what it does", () => {
    const { config, outputs } = readDescriptions(projectFolder);
    const silent = [...config, ...outputs].filter(([, what]) => what === "").map(([key]) => key);
    assert.deepEqual(silent, []);
    assert.ok(config.size > 200 && outputs.size > 15);
  });
});
