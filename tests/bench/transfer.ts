import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { transfer } from "../../components/release/transfer";
import { siteOf } from "../../host/site";
import { connectHost } from "../../host/ssh";
import { freshLab, hostOf, type Lab, onHost, sshArguments, stopLab } from "../../lab/lab";
import { must } from "../../lab/process";
import type { Context } from "../../provider/handler";
import type { Figure } from "./main";
import { median, rounded } from "./median";

const [rounds, files, fileBytes, changedFiles, goalSeconds] = [5, 2500, 20_000, 10, 1];

/** Ten changed files of a repository of 50 MB, to a host that holds the release before: against `git push` of the same commit to the same host. */
export async function transferChange(): Promise<Figure> {
  const lab = await freshLab("benchtransfer", [{ name: "web1", role: "web" }]);
  const web1 = hostOf(lab, "web1");
  const host = connectHost({ ...web1, privateKeyPath: lab.deployKeyPath });
  try {
    const repository = join(lab.folder, "large");
    const pushTo = `${web1.user}@${web1.address}:pushed.git`;
    const git = (...words: string[]): Promise<string> => must(["git", "-C", repository, ...person, ...words], { timeoutSeconds: 300 });
    await onHost(lab, "web1", ["git", "init", "--quiet", "--bare", "pushed.git"]);
    mkdirSync(repository);
    await git("init", "--quiet", "--initial-branch=main");
    const commit = async (count: number): Promise<string> => {
      for (let file = 0; file < count; file++) writeChange(join(repository, `src/${file % 50}/File${file}.php`));
      await git("add", "--all");
      await git("commit", "--quiet", "--message", "change");
      return (await git("rev-parse", "HEAD")).trim();
    };
    const push = ["-c", `core.sshCommand=${sshCommandOf(lab)}`, "push", "--quiet", pushTo, "main"];
    const send = (to: string): Promise<void> =>
      transfer(
        { host: "web1", repository, release: to, commit: to, build: [], shared: [], buildTimeoutSeconds: 60, environment: "by hand" },
        {
          inventory: { site: siteOf("selfhelp"), host: () => host },
          signal: AbortSignal.timeout(300_000),
          progress: () => undefined,
        } as unknown as Context,
      );
    const first = await commit(files);
    await git("gc", "--quiet");
    const firstSeconds = await timed(() => send(first));
    await git(...push);
    const pairs: { ours: number; pushed: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      const next = await commit(changedFiles);
      const ours = await timed(() => send(next));
      pairs.push({ ours, pushed: await timed(() => git(...push)) });
    }
    const ours = median(pairs.map((pair) => pair.ours));
    const pushed = median(pairs.map((pair) => pair.pushed));
    return {
      ratio: rounded(ours / pushed),
      goal: rounded(goalSeconds / pushed),
      ourSeconds: rounded(ours),
      gitPushSeconds: rounded(pushed),
      goalSeconds,
      firstTransferSeconds: rounded(firstSeconds),
      megabytes: (files * fileBytes) / 1e6,
      changedFiles,
      rounds,
    };
  } finally {
    host.close();
    await stopLab("benchtransfer");
  }
}

const person = ["-c", "user.name=bench", "-c", "user.email=bench@example.org"];

/** Text that compresses to three quarters, as packed images and fonts among code do. */
function writeChange(path: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, randomBytes((fileBytes * 3) / 4).toString("base64"));
}

/** What `ssh` is called with for the lab's host, but for the host itself. */
const sshCommandOf = (lab: Lab): string => sshArguments(lab, "web1").slice(0, -1).join(" ");

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
