import assert from "node:assert/strict";
import { lacks } from "../../../components/release/elsewhere";
import { Fixture } from "../repository/fixture";

const pointer = (size: number): string => `version https://git-lfs.github.com/spec/v1\noid sha256:${"4d".repeat(32)}\nsize ${size}\n`;

describe("what a release's slot will lack", () => {
  let fixture: Fixture;
  beforeEach(() => (fixture = new Fixture()));
  afterEach(() => fixture.remove());
  const lacking = (commit: string): Promise<string[]> => lacks({ repository: fixture.repository, commit, release: "v8.1.0" });

  it("is nothing where all of its content is in the repository, also where attributes and a text speak of Git LFS", async () => {
    const text = { ".gitattributes": "*.bin filter=lfs -text\n", "docs/lfs.md": `A pointer:\n${pointer(1)}`, "a.bin": "its own bytes" };
    assert.deepEqual(await lacking(fixture.commit({ "src/a.php": "<?php", ".gitattributes": "*.sh eol=lf\n" })), []);
    assert.deepEqual(await lacking(fixture.commit(text)), []);
  });

  it("is named: files of Git LFS, whatever their names, ten at most", async () => {
    const files = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`public/${index + 10}.png`, pointer(index)]));
    const commit = fixture.commit({
      "public/.gitattributes": "*.png filter=lfs diff=lfs merge=lfs -text\n",
      ...files,
      "a\nb.png": pointer(99),
    });
    const [text = "", ...others] = await lacking(commit);
    assert.deepEqual(others, []);
    assert.match(
      text,
      /^v8\.1\.0 has files of Git LFS, of which only the pointers will be in its slot: "a\\nb\.png", "public\/10\.png", [^\n]* and 2 more; have them/,
    );
  });

  it("is named: submodules", async () => {
    const library = new Fixture();
    try {
      library.commit({ "a.php": "<?php" });
      fixture.commit({ "src/a.php": "<?php" });
      fixture.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", library.repository, "lib/x");
      assert.deepEqual(await lacking(fixture.commit({})), [
        'v8.1.0 has submodules, whose folders will be empty in its slot: "lib/x"; get their code by composer, or have it in the repository',
      ]);
    } finally {
      library.remove();
    }
  });
});
