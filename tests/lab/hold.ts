import { waitFor } from "../../lab/process";

/** Runs a script on a host as root. @returns what it printed */
export type AsRoot = (script: string) => Promise<string>;

/**
 * The next time that a program is run as root with these words it stops there, or when it has done its work, until the file /run/go-on is there.
 * @returns waits until it does
 */
export async function hold(
  root: AsRoot,
  program: string,
  words: string,
  where: "before" | "after" = "before",
): Promise<() => Promise<void>> {
  const done = where === "after" ? `/usr/bin/${program} "$@"; exit=$?;` : "";
  const script = `#!/bin/bash
case " $* " in *"${words}"*) if rm /run/hold-${program} 2>/dev/null; then ${done} touch /run/held-${program}; while [ ! -e /run/go-on ]; do sleep 0.1; done; ${done === "" ? "" : "exit $exit;"} fi ;; esac
exec /usr/bin/${program} "$@"`;
  const path = `/usr/local/sbin/${program}`;
  await root(
    `cat >${path} <<'SCRIPT'\n${script}\nSCRIPT\nchmod 755 ${path}; rm -f /run/held-${program} /run/go-on; touch /run/hold-${program}`,
  );
  return () => thereIs(root, `/run/held-${program}`);
}

/** Waits on the host for a file: to look again and again from outside would keep a processor busy. */
const thereIs = (root: AsRoot, path: string): Promise<void> =>
  waitFor(
    path,
    300,
    async () => (await root(`for _ in $(seq 100); do if [ -e ${path} ]; then echo yes; exit; fi; sleep 0.1; done`)) === "yes",
  );
