import type { StackConfig } from "../../components/deployment/config";
import { repositoryAddress } from "../../components/deployment/deployer";
import { chainQuestion, resolvedOf } from "../../components/deployment/resolved";
import { targetOf } from "../../components/deployment/step-inputs";
import type { Target } from "../../components/migration/contract";
import { getChain } from "../../components/migration/lookup";
import { type Box, failed, ok, untold, warning } from "../../components/preflight/contract";
import { look } from "../../components/preflight/look";
import { lookAtDatabase } from "../../components/preflight/look-at-database";
import { lookAtHosts } from "../../components/preflight/look-at-hosts";
import { lookAtRelease } from "../../components/preflight/look-at-release";
import type { Circumstances } from "../../components/protect/contract";
import { getCircumstances } from "../../components/protect/lookup";
import { refusals } from "../../components/protect/rules";
import { DeploymentError } from "../../host/errors";
import type { Context } from "../../provider/handler";
import { resolveCommit } from "../../repository/resolve";
import { readOtherStack } from "../other-stack";

/** Every box that a machine can tick; a look at hosts and database as a preview takes it. */
export async function readBoxes(stack: string, config: StackConfig, context: Context): Promise<{ boxes: Box[]; commit: string | null }> {
  const repository = repositoryAddress(config.repository);
  const { box, commit } = await releaseBox(config, repository);
  const hosts = await lookAtHosts(config, context);
  const scripts: { target: Target | null } = { target: null };
  const readable = commit === null ? [] : [await scriptsReadable(config, { repository, commit }, context, scripts)];
  const [ofRelease, ofOrigin, ofDatabase] = await Promise.all([
    commit === null ? [] : lookAtRelease({ config, repository, commit }, context),
    commit === null ? [] : originBoxes(config, { stack, repository, commit }, context),
    lookAtDatabase(config, scripts.target, context),
  ]);
  const boxes = [box, ...ofOrigin, ...ofRelease, ...readable.filter(({ result }) => result !== "ok"), ...ofDatabase, ...hosts];
  return { boxes: boxes.map((one) => withoutRepeating(one, hosts)), commit };
}

async function releaseBox({ release }: StackConfig, repository: string): Promise<{ box: Box; commit: string | null }> {
  try {
    const commit = await resolveCommit(repository, release);
    return { box: { box: "release", ...ok(`${release} is commit ${commit.slice(0, 8)}`) }, commit };
  } catch (error) {
    if (!(error instanceof DeploymentError)) throw error;
    return { box: { box: "release", ...failed(error.message) }, commit: null };
  }
}

type Place = Pick<Target, "repository" | "commit">;

/** Whether the release's scripts are a chain; then it is known where the database is to be. */
const scriptsReadable = (config: StackConfig, place: Place, context: Context, found: { target: Target | null }): Promise<Box> =>
  look("migration scripts", async () => {
    const chain = await getChain.answer(chainQuestion(config, place), context).catch((error: unknown) => {
      if (error instanceof DeploymentError) return error.message;
      throw error;
    });
    if (typeof chain === "string") return failed(chain);
    const resolved = resolvedOf(config, place, chain);
    if ("problem" in resolved) return failed(resolved.problem);
    found.target = targetOf(config, resolved);
    return ok("a chain");
  });

/** Where release and program come from, and whether they may go here. */
async function originBoxes(config: StackConfig, place: Place & { stack: string }, context: Context): Promise<Box[]> {
  const { protect } = config;
  const { commit } = place;
  const question = { ...place, program: process.cwd(), isPreflightWanted: false };
  const found = await getCircumstances.answer(question, context).catch((error: unknown) => {
    if (error instanceof DeploymentError) return error.message;
    throw error;
  });
  if (typeof found === "string") return [{ box: "where release and program come from", ...untold(found) }];
  const release = { name: config.release, commit };
  const own = refusals({ ...protect, after: undefined, preflight: undefined }, found, release, null);
  const { after } = protect;
  return [
    {
      box: "release is pushed",
      ...(found.releasePushed ? ok("others find it") : failed("its commit is on no remote branch of its repository: git push")),
    },
    { box: "Pulumi program and config", ...programBox(found) },
    ...(own.length === 0 ? [] : [{ box: "protection of the stack", ...failed(own.join("\n")) }]),
    ...(after === undefined ? [] : [await look(`proven in ${after}`, async () => provenBox(config, after, found, commit))]),
  ];
}

function programBox({ changed, programPushed }: Circumstances): Omit<Box, "box"> {
  if (changed === null) return warning("are in no git repository");
  if (changed.length > 0)
    return warning(`differ from what was committed: ${changed.slice(0, 5).join(", ")}${changed.length > 5 ? ", …" : ""}`);
  return programPushed ? ok("as committed and pushed") : warning("are committed, but on no remote branch: git push");
}

async function provenBox(
  { release, protect }: StackConfig,
  after: string,
  found: Circumstances,
  commit: string,
): Promise<Omit<Box, "box">> {
  const only = { ...protect, operators: undefined, clean: false, pushed: false, preflight: undefined };
  const problems = refusals(only, found, { name: release, commit }, await readOtherStack(after));
  return problems.length === 0 ? ok("the same commit, deployed to its end") : failed(problems.join("\n"));
}

/** What is only the consequence of a connection that isn't there. */
function withoutRepeating(box: Box, hosts: readonly Box[]): Box {
  const cause = hosts.find((other) => other !== box && other.box.startsWith("connection to ") && other.detail === box.detail);
  return cause === undefined || box.result !== "unknown" ? box : { ...box, detail: `no ${cause.box}` };
}
