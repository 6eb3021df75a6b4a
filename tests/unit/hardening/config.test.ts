import assert from "node:assert/strict";
import { parseStackConfig, type StackConfig } from "../../../components/deployment/config";
import { minimalConfig } from "../../program/config";

const permissionsFrom = (permissions: unknown): ReturnType<typeof parseStackConfig> =>
  parseStackConfig({ ...minimalConfig, "selfhelp:hardening": JSON.stringify({ permissions }) });

const problems = (permissions: unknown): string[] => {
  const result = permissionsFrom(permissions);
  return "problems" in result ? result.problems.map(({ key, reason }) => `${key} ${reason}`) : [];
};

describe("the config of permissions", () => {
  it("needs nothing: code is taken away from PHP, secrets and development files have their usual names", () => {
    const result = parseStackConfig(minimalConfig);
    assert.ok("config" in result);
    const { enabled, secrets, developmentFiles }: StackConfig["hardening"]["permissions"] = result.config.hardening.permissions;
    assert.deepEqual([enabled, secrets], [true, [".env*", "config/jwt/*.pem"]]);
    for (const file of ["tests", ".env.test", ".git", "docker-compose*.yml"]) assert.ok(developmentFiles.includes(file), file);
  });

  it("takes nothing that could mean everything, or something outside of a release", () => {
    for (const pattern of ["*", "**", "?", ".", "./tests", "../tests", "/etc/passwd", "vendor/*", "tests/", "a//b", "a\nb", ""])
      assert.equal(problems({ developmentFiles: [pattern] }).length > 0, true, pattern);
    for (const pattern of ["*.md", "tests", "docker-compose*.yml", "a b/c[0-9]"])
      assert.deepEqual(problems({ developmentFiles: [pattern] }), []);
    assert.match(problems({ writable: ["var/*"] }).join(), /hardening\.permissions\.writable\[0\] must be a path, not a pattern/);
    assert.match(problems({ writable: ["."] }).join(), /must be a path inside the release/);
  });

  it("names a secret that lies where PHP may write", () => {
    assert.deepEqual(problems({ secrets: ["var/keys/*.pem"] }), [
      "selfhelp:hardening.permissions.secrets[0] lies in var, which PHP may write in: it can't be root's there",
    ]);
  });
});
