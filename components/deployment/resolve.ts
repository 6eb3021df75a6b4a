import * as pulumi from "@pulumi/pulumi";
import { textOf } from "../../host/errors";
import { requiresTls } from "../access/accounts";
import { type AccountConfig, rolesOf } from "../access/config";
import { type ServerAnswer, type ServerQuestion, serverToken } from "../access/contract";
import { type ChainAnswer, type ChainQuestion, chainToken, type ScriptSummary } from "../migration/contract";
import { compareVersions } from "../migration/version";
import { type Circumstances, type CircumstancesQuestion, circumstancesToken } from "../protect/contract";
import { type CommitAnswer, type CommitQuestion, commitToken } from "../release/contract";
import type { AppHost } from "./apphost";
import type { StackConfig } from "./config";
import { repositoryAddress } from "./deployer";
import { isLocal } from "./inventory-values";

/** What the config's names stand for in the repository right now. */
export interface ResolvedRelease {
  repository: string;
  commit: string;
  /** The chain up to `databaseVersion`. */
  scripts: ScriptSummary[];
  /** Files that run after each migration. */
  helpers: ChainAnswer["helpers"];
  databaseVersion: string;
  /** Whether the database may be newer: nobody has said where it should be. */
  atLeast: boolean;
}

/** @throws pulumi.RunError when the release or its scripts can't be read, or say where no version is to be had from */
export async function resolveRelease(config: StackConfig, apphost: AppHost): Promise<ResolvedRelease> {
  const repository = repositoryAddress(config.repository);
  const { commit } = await ask<CommitQuestion, CommitAnswer>(commitToken, { repository, release: config.release }, apphost);
  const { scripts: folder, migration, acknowledge } = config;
  const question = { repository, commit, scripts: folder, afterEach: migration.afterEach, acknowledged: acknowledge };
  const chain = await ask<ChainQuestion, ChainAnswer>(chainToken, question, apphost);
  const databaseVersion = config.databaseVersion ?? chain.end ?? config.base?.version;
  if (databaseVersion === undefined)
    throw new pulumi.RunError(
      `${config.release} has no update scripts in ${config.scripts}: set selfhelp:databaseVersion to the version it needs, or selfhelp:scripts to their folder.`,
    );
  const scripts = chain.scripts.filter(({ to }) => compareVersions(to, databaseVersion) <= 0);
  return { repository, commit, scripts, helpers: chain.helpers, databaseVersion, atLeast: config.databaseVersion === undefined };
}

/**
 * The server that this stack makes accounts at; null: it makes none.
 * @throws pulumi.RunError when nobody can make them there
 */
export async function resolveServer(config: StackConfig, apphost: AppHost): Promise<ServerAnswer | null> {
  const { access } = config;
  if (access === undefined) return null;
  const requireTls = rolesOf(access).some((role) => requiresTls(role, access[role] as AccountConfig, isLocal(config)));
  return ask<ServerQuestion, ServerAnswer>(serverToken, { requireTls, endpoint: access.endpoint ?? null }, apphost);
}

/** Who deploys this, from what. */
export const circumstancesOf = ({ repository, commit }: ResolvedRelease, apphost: AppHost): Promise<Circumstances> =>
  ask<CircumstancesQuestion, Circumstances>(
    circumstancesToken,
    { stack: pulumi.getStack(), program: process.cwd(), repository, commit },
    apphost,
  );

async function ask<Question extends object, Answer>(token: string, question: Question, provider: AppHost): Promise<Answer> {
  try {
    return (await pulumi.runtime.invoke(token, question as pulumi.Inputs, { provider })) as Answer;
  } catch (error) {
    // The SDK puts its own words before the provider's.
    throw new pulumi.RunError(textOf(error).replace(/^invocation of \S+ returned an error: /, ""));
  }
}
