import assert from "node:assert/strict";
import { foldersOf, wantedPermissions } from "../../../components/hardening/wanted";

const secrets = [".env*", "config/jwt/*.pem"];
const wanted = (shared: string[], writable?: string[]): { writable: string[]; sharedWritable: string[] } => {
  const { writable: all, sharedWritable } = wantedPermissions({ writable, secrets, developmentFiles: [] }, shared, "/var/backups/demo");
  return { writable: all, sharedWritable };
};

describe("what PHP may write in", () => {
  it("is var and the shared folders, but those with secrets, and no single file", () => {
    assert.deepEqual(wanted([".env.local", "config/jwt", "public/uploads", "var/log"]), {
      writable: ["var", "public/uploads"],
      sharedWritable: ["public/uploads", "var/log"],
    });
    assert.deepEqual(wanted(["data/files"]).sharedWritable, ["data/files"]);
  });

  it("is what the config says, where it says something", () => {
    assert.deepEqual(wanted(["public/uploads", "public/themes", "var/log"], ["var", "public/uploads", "public/uploads/2026"]), {
      writable: ["var", "public/uploads"],
      sharedWritable: ["public/uploads", "var/log"],
    });
  });

  it("may be a part of a shared folder", () => {
    assert.deepEqual(wanted(["public"], ["public/uploads"]).sharedWritable, ["public/uploads"]);
  });
});

describe("the folders of secrets", () => {
  it("are those that their patterns name, never the release itself", () => {
    assert.deepEqual(foldersOf([".env*", "config/jwt/*.pem", "config/jwt/*.key", "keys/*/private"]), ["config/jwt", "keys/*"]);
  });
});
