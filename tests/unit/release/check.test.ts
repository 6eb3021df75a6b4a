import assert from "node:assert/strict";
import { commitProblems, releaseProblems } from "../../../components/release/check";
import { isSharedFile } from "../../../components/release/shared";

const paths = (inputs: Parameters<typeof releaseProblems>[0]): string[] => releaseProblems(inputs).map(({ propertyPath }) => propertyPath);

describe("the inputs of a release", () => {
  it("are accepted as the defaults are", () => {
    const shared = [".env.local", "config/jwt", "public/uploads", "var/log"];
    assert.deepEqual(
      releaseProblems({ commit: "0123456789".repeat(4), build: ["composer install", "a && b | c"], shared, buildTimeoutSeconds: 900 }),
      [],
    );
  });

  it("may be unknown yet", () => assert.deepEqual(releaseProblems({}), []));

  it("refuse shared paths that leave the release", () => {
    assert.deepEqual(releaseProblems({ shared: ["/etc/passwd", "../x", "a/../../b", ""] }), [
      { propertyPath: "shared[0]", reason: '"/etc/passwd" is absolute; name a path inside the release, for example public/uploads' },
      { propertyPath: "shared[1]", reason: '"../x" contains ".."; shared paths stay inside the release' },
      { propertyPath: "shared[2]", reason: '"a/../../b" contains ".."; shared paths stay inside the release' },
      { propertyPath: "shared[3]", reason: "is empty; name a path inside the release, for example public/uploads" },
    ]);
  });

  it("refuse shared paths inside one another", () => {
    assert.deepEqual(releaseProblems({ shared: ["var", "variable", "var/log"] }), [
      { propertyPath: "shared[2]", reason: '"var/log" overlaps with "var"; share the outer one alone' },
    ]);
  });

  it("ask for one plain form of a path", () => {
    assert.deepEqual(releaseProblems({ shared: ["public//uploads/"] }), [
      { propertyPath: "shared[0]", reason: '"public//uploads/" is not in its plain form; write public/uploads' },
    ]);
  });

  it("refuse commands that are not one line, a time limit of nothing, and an abbreviated commit", () => {
    assert.deepEqual(paths({ build: ["true", " ", "a\nb"], buildTimeoutSeconds: 0, commit: "0123456" }), [
      "commit",
      "buildTimeoutSeconds",
      "build[1]",
      "build[2]",
    ]);
  });

  it("tell files from folders by their names", () => {
    assert.deepEqual(["a/.env.local", "config/keys.json", "config/jwt", "conf.d/keys"].map(isSharedFile), [true, true, false, false]);
  });
});

describe("the question for a commit", () => {
  it("needs a repository and a name", () => {
    assert.deepEqual(
      commitProblems({ repository: "", release: "" }).map(({ propertyPath }) => propertyPath),
      ["repository", "release"],
    );
    assert.deepEqual(commitProblems({ repository: "/r", release: "v8.1.0" }), []);
  });
});
