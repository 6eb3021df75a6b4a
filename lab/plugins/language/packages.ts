import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A plugin that an installed package asks for. */
export interface RequiredPlugin {
  name: string;
  version: string;
  server: string;
}

/** A package that a program depends on directly. */
export interface Dependency {
  name: string;
  version: string;
}

interface Manifest {
  name?: string;
  version?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  pulumi?: { resource?: boolean; name?: string; version?: string; server?: string };
}

/** The resource plugins that a program's installed packages ask for, as their package.json says. */
export function requiredPlugins(program: string): RequiredPlugin[] {
  return packageFolders(join(program, "node_modules")).flatMap((folder) => {
    const manifest = manifestOf(folder);
    const version = manifest.pulumi?.version ?? manifest.version;
    if (manifest.pulumi?.resource !== true || manifest.name === undefined || version === undefined) return [];
    const name = manifest.pulumi.name ?? manifest.name.replace(/^@pulumi\//, "").replace(/^@/, "");
    return [{ name, version: version.startsWith("v") ? version : `v${version}`, server: manifest.pulumi.server ?? "" }];
  });
}

/** What a program's own package.json names, in the version that is installed. */
export function dependencies(program: string): Dependency[] {
  const manifest = manifestOf(program);
  return Object.entries({ ...manifest.dependencies, ...manifest.devDependencies }).map(([name, wanted]) => ({
    name,
    version: manifestOf(join(program, "node_modules", name)).version ?? wanted,
  }));
}

/** Every package in a node_modules folder, scoped and nested ones included. */
function packageFolders(modules: string): string[] {
  if (!existsSync(modules)) return [];
  return readdirSync(modules)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) => (name.startsWith("@") ? readdirSync(join(modules, name)).map((inner) => join(name, inner)) : [name]))
    .map((name) => join(modules, name))
    .flatMap((folder) => [folder, ...packageFolders(join(folder, "node_modules"))]);
}

function manifestOf(folder: string): Manifest {
  const file = join(folder, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Manifest) : {};
}
