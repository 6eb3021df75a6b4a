import { readServings } from "../switch/read-slots";
import { activeCommit, activeRelease } from "../switch/slots";
import { decideBump } from "../migration/bump";
import { readRange } from "../migration/range";
import { isVersion } from "../migration/version";
import { runOnDeployer } from "../validation/deployer-command";
import type { Context } from "../../provider/handler";
import { changedFiles, relation } from "../../repository/changes";
import { Cancelled } from "../../host/errors";
import type { StackConfig } from "../deployment/config";
import type { Box, Judged } from "./contract";
import { failed, ok, untold, warning } from "./contract";
import { docsBox, versionBox } from "./judge";
import { look } from "./look";

/** The release that is wanted, and where it comes from. */
export interface Candidate {
  config: StackConfig;
  /** Address of its repository, or a folder. */
  repository: string;
  commit: string;
}

const nothing = "nothing is live yet";

/** What can be told of the release by its repository, beside what is live. */
export async function lookAtRelease({ config, repository, commit }: Candidate, context: Context): Promise<Box[]> {
  const live = liveRelease(config, context);
  live.catch(() => undefined); // each box that needs it tells it
  const { scripts, release, preflight } = config;
  const boxes = [
    look("tests", () => testsBox({ config, repository, commit }, context)),
    look("version", async () => {
      const from = await live;
      if (from === null) return ok(nothing);
      const related = await relation(repository, from.commit, commit);
      const range = { repository, from: from.commit, to: commit, scripts };
      const isCounted = (related === "after" || related === "apart") && isVersion(from.release) && !isCommit(from.release);
      const bump = isCounted ? decideBump({ ...(await readRange(range)), current: from.release, isScriptWanted: false }) : null;
      return versionBox({ live: from.release, wanted: isCommit(release) ? "the release" : release, relation: related, bump });
    }),
  ];
  if (preflight.docs.length > 0)
    boxes.push(
      look("documentation", async () => {
        const from = await live;
        if (from === null) return ok(nothing);
        const changed = await changedFiles(repository, from.commit, commit);
        return docsBox(
          changed.map(({ path }) => path),
          preflight.docs,
        );
      }),
    );
  return Promise.all(boxes);
}

const isCommit = (release: string): boolean => /^[0-9a-f]{7,40}$/i.test(release);

/** What users are served on the first host; null: nothing. */
async function liveRelease({ hosts }: StackConfig, { inventory }: Context): Promise<{ release: string; commit: string } | null> {
  const [name = ""] = hosts.map((host) => host.name);
  const slots = (await readServings([name], inventory))[name]?.slots;
  if (slots === undefined || slots.active === null) return null;
  const commit = activeCommit(slots);
  return /^[0-9a-f]{40}$/.test(commit) ? { release: activeRelease(slots), commit } : null;
}

async function testsBox({ config, repository, commit }: Candidate, { inventory, signal, progress }: Context): Promise<Judged> {
  const { tests, testsTimeoutSeconds: timeoutSeconds } = config.preflight;
  if (tests === undefined) return warning("nobody has said how to know: selfhelp:preflight.tests, a command line");
  const environment = { SELFHELP_COMMIT: commit, SELFHELP_RELEASE: config.release, SELFHELP_REPOSITORY: repository };
  const onLine = (said: string): void => progress(`tests: ${said}`);
  const { hide } = inventory.databaseHost();
  const directory = process.cwd();
  const { ending, lastLines } = await runOnDeployer({ line: tests, directory, environment, timeoutSeconds, signal, onLine, hide });
  if (ending === "cancelled") throw new Cancelled("the tests", "what they had started was ended");
  const said = lastLines.slice(-3).map((line) => `\n${line}`);
  if (ending === "timed out") return untold(`did not end within ${timeoutSeconds} s: ${tests}${said.join("")}`);
  if (ending === "was killed") return untold(`was killed: ${tests}`);
  if ("notStarted" in ending) return untold(`could not be started: ${ending.notStarted}`);
  return ending.code === 0 ? ok(`green: ${tests}`) : failed(`exited with code ${ending.code}: ${tests}${said.join("")}`);
}
