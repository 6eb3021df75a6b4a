import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface ResourcePlugin {
  name: string;
  version: string;
}

interface Manifest {
  name?: string;
  version?: string;
  pulumi?: { resource?: boolean; name?: string; version?: string };
}

/** The resource plugins that a program's installed packages ask for, as their package.json says. */
export function requiredPlugins(program: string): ResourcePlugin[] {
  const scope = join(program, "node_modules", "@pulumi");
  if (!existsSync(scope)) return [];
  return readdirSync(scope).flatMap((folder) => {
    const file = join(scope, folder, "package.json");
    const manifest = existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Manifest) : {};
    if (manifest.pulumi?.resource !== true) return [];
    return [{ name: manifest.pulumi.name ?? folder, version: manifest.pulumi.version ?? manifest.version ?? "" }];
  });
}

/** Version of an installed package. */
export function installedVersion(program: string, name: string): string {
  const file = join(program, "node_modules", name, "package.json");
  return existsSync(file) ? ((JSON.parse(readFileSync(file, "utf8")) as Manifest).version ?? "") : "";
}
