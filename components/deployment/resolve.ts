import * as pulumi from "@pulumi/pulumi";
import { textOf } from "../../host/errors";
import { requiresTls } from "../access/accounts";
import { type AccountConfig, rolesOf } from "../access/config";
import { type ServerAnswer, type ServerQuestion, serverToken } from "../access/contract";
import { type ChainAnswer, type ChainQuestion, chainToken } from "../migration/contract";
import { type Circumstances, type CircumstancesQuestion, circumstancesToken } from "../protect/contract";
import { type CommitAnswer, type CommitQuestion, commitToken } from "../release/contract";
import { announceToken, type Goal } from "../audit/contract";
import type { AppHost } from "./apphost";
import type { StackConfig } from "./config";
import { repositoryAddress } from "./deployer";
import { isLocal } from "./inventory-values";
import { chainQuestion, type ResolvedRelease, resolvedOf } from "./resolved";

/** @throws pulumi.RunError when the release or its scripts can't be read, or say where no version is to be had from */
export async function resolveRelease(config: StackConfig, apphost: AppHost): Promise<ResolvedRelease> {
  const repository = repositoryAddress(config.repository);
  const { commit } = await ask<CommitQuestion, CommitAnswer>(commitToken, { repository, release: config.release }, apphost);
  const chain = await ask<ChainQuestion, ChainAnswer>(chainToken, chainQuestion(config, { repository, commit }), apphost);
  const resolved = resolvedOf(config, { repository, commit }, chain);
  if ("problem" in resolved) throw new pulumi.RunError(resolved.problem);
  return resolved;
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
export const circumstancesOf = (
  { repository, commit }: ResolvedRelease,
  { protect }: StackConfig,
  apphost: AppHost,
): Promise<Circumstances> => {
  const question = {
    stack: pulumi.getStack(),
    program: process.cwd(),
    repository,
    commit,
    isPreflightWanted: protect.preflight !== undefined,
  };
  return ask<CircumstancesQuestion, Circumstances>(circumstancesToken, question, apphost);
};

/** Tells the provider what this run is for. */
export async function announce({ release }: StackConfig, { commit, databaseVersion }: ResolvedRelease, apphost: AppHost): Promise<void> {
  await ask<Goal, object>(announceToken, { release, commit, databaseVersion }, apphost);
}

async function ask<Question extends object, Answer>(token: string, question: Question, provider: AppHost): Promise<Answer> {
  try {
    return (await pulumi.runtime.invoke(token, question as pulumi.Inputs, { provider })) as Answer;
  } catch (error) {
    // The SDK puts its own words before the provider's.
    throw new pulumi.RunError(textOf(error).replace(/^invocation of \S+ returned an error: /, ""));
  }
}
