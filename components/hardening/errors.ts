import { quote } from "../../host/command";
import { DeploymentError } from "../../host/errors";
import { type Finding, type Findings, shown, textsOf } from "./findings";

/** Something is still not as wanted after it was corrected. */
export class PermissionsRemain extends DeploymentError {
  constructor(
    readonly host: string,
    readonly remaining: Findings,
    /** Why, as far as the host said. */
    readonly refused: readonly Finding[],
    /** "from blue" */
    readonly served: string,
  ) {
    const reasons = new Map(refused.map(({ path, problem }) => [shown(path), problem]));
    const lines = textsOf(remaining).map((text, index) => {
      const path = remaining.named[index]?.path;
      const reason = path === undefined ? undefined : reasons.get(shown(path));
      return `    ${text}${path === undefined || reason === undefined ? "" : `: ${reason}${remedy(path, reason)}`}`;
    });
    super(
      `host "${host}": ${remaining.count} ${remaining.count === 1 ? "file is" : "files are"} still not as wanted:\n${lines.join("\n")}\n` +
        `What else differed was corrected; nothing was switched by this step, and users are served ${served}. ` +
        `When the cause is gone, type: pulumi up. To go on without it, type before: pulumi config set --path selfhelp:hardening.permissions.enabled false`,
    );
  }
}

/** What to type on the host for a reason that is known. */
function remedy(path: string, reason: string): string {
  const name = typed(path);
  if (reason === "it is a hard link")
    return `, and its other name belongs elsewhere. If it is nothing of the release's, remove this name: sudo rm -- ${name}`;
  if (/^Operation not permitted/.test(reason)) return `. It may be immutable (sudo lsattr -d -- ${name}): sudo chattr -ia -- ${name}`;
  if (/^Read-only file system/.test(reason)) return `. See what is mounted there: findmnt -T ${name}; sudo mount -o remount,rw …`;
  return "";
}

/** For bash, without anything that a terminal would act on. */
function typed(path: string): string {
  if (!/\p{C}/u.test(path)) return quote(path);
  const escaped = path.replace(/[\\']/g, "\\$&").replace(/\p{C}/gu, (character) => `\\U${hex(character).padStart(8, "0")}`);
  return `$'${escaped}'`;
}

const hex = (character: string): string => (character.codePointAt(0) ?? 0).toString(16);
