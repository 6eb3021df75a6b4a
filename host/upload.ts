import type { Script } from "./command";
import type { Host, UploadOptions } from "./host";

type Content = Parameters<Host["upload"]>[0];

/** Writes a file on a host through `run`; what it promises is said at `Host.upload`. */
export async function uploadBy(run: Host["run"], content: Content, path: string, options: UploadOptions): Promise<void> {
  const { timeoutSeconds, mode, owner } = options;
  await run(receive(path, mode, owner), { purpose: `upload of ${path}`, stdin: content, as: "root", timeoutSeconds });
}

/** The temporary name begins with a dot, so that no `*.conf` takes it for a file of its own; more than one SIGTERM may come. */
const receive = (path: string, mode: string, owner: string): Script => ({
  script: `
temporary=
trap 'rm -f -- "$temporary"' EXIT
trap 'trap "" TERM; exit 143' TERM
temporary="$(mktemp -- "$(dirname -- "$1")/.$(basename -- "$1").XXXXXXXX")"
cat >"$temporary"
chown -- "$3" "$temporary"
chmod -- "$2" "$temporary"
sync -- "$temporary"
mv -fT -- "$temporary" "$1"
`,
  with: [path, mode, owner],
});
