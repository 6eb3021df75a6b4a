import { existsSync } from "node:fs";
import { parseStackConfig } from "../../components/deployment/config";
import type { Problem } from "../../components/deployment/config-problems";
import { deployerPath, repositoryAddress } from "../../components/deployment/deployer";
import type { Answers } from "./answers";
import { configOf, type Found } from "./stack-file";

/** Answers that are right, around the one that is judged. */
const right: Answers = {
  repository: "https://git.example.org/app.git",
  release: "main",
  address: "203.0.113.7",
  port: "22",
  user: "deploy",
  key: "",
  database: "app",
  databaseUser: "deploy",
  base: "db/base.sql",
  baseVersion: "v1.0.0",
  healthPath: "/",
};
const found: Found = { hostKey: "ssh-ed25519 AAAA", recipient: `age1${"a".repeat(58)}`, identityPath: undefined };

/** What a preview would find wrong with an answer, or that what it names isn't on this machine; null: nothing. */
export function wrongWith(name: keyof Answers, answer: string): string | null {
  if (name === "port") return /^\d{1,5}$/.test(answer) && Number(answer) <= 65_535 ? null : "must be a port, for example 22";
  if (name === "key" && answer !== "" && !existsSync(deployerPath(answer))) return `must be a file: ${deployerPath(answer)} isn't there`;
  const [problem] = problemsOf(configOf({ ...right, [name]: answer }, found));
  if (problem !== undefined) return problem.reason;
  const folder = repositoryAddress(answer);
  if (name === "repository" && folder === deployerPath(answer) && !existsSync(folder)) return `must be there: ${folder} isn't`;
  return null;
}

/** What a preview would find wrong with a config, once the secrets are there. */
export function problemsOf({ database, ...config }: Record<string, unknown>): Problem[] {
  const complete = { ...config, database: { ...(database as object), password: "set later" } };
  const raw = Object.entries(complete).map(([key, value]) => [
    `selfhelp:${key}`,
    typeof value === "string" ? value : JSON.stringify(value),
  ]);
  const parsed = parseStackConfig(Object.fromEntries(raw) as Record<string, string>);
  return "problems" in parsed ? parsed.problems : [];
}
