import { createRequire } from "node:module";

// A plain `import()` doesn't go through the loader that makes TypeScript files readable here.
const load = createRequire(__filename);

/** What needs ssh2 is loaded on first use: most previews have nothing to do with SSH, and it takes 70 ms. */
export const lazy = {
  connection: () => load("./connection") as typeof import("./connection"),
  sftp: () => load("./sftp") as typeof import("./sftp"),
};
