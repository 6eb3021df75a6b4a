import { watch } from "../../../cli/watch";

/** Looks for the test of watching: each says its number, and the second one that Ctrl-C may come. */
let looks = 0;
void watch(0.05, () => Promise.resolve(`look ${++looks}\n${looks === 1 ? "a second line\n" : ""}`)).then(() => process.exit(3));
