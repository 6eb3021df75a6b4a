import { DeploymentError } from "../../host/errors";
import type { Ask } from "../ask";

/** What a new stack is made of. */
export interface Answers {
  repository: string;
  release: string;
  address: string;
  port: string;
  user: string;
  /** Empty: the SSH agent is asked. */
  key: string;
  database: string;
  databaseUser: string;
  /** Empty: the database has its tables already. */
  base: string;
  baseVersion: string;
  healthPath: string;
}

export type Given = Partial<Answers>;

interface Question {
  name: keyof Answers;
  text: string;
  /** What Enter means; absent: it must be said. */
  usual?: (stack: string) => string;
  /** Whether it is asked at all. */
  isDue?: (answers: Given) => boolean;
}

/** In this order; each can be answered by the option of its name. */
export const questions: readonly Question[] = [
  { name: "repository", text: "URL or path of the application's git repository" },
  { name: "release", text: "what should be live: a tag, branch or commit", usual: () => "main" },
  { name: "address", text: "the host's name or IP address" },
  { name: "port", text: "port of its SSH server", usual: () => "22" },
  { name: "user", text: "who logs in there and may sudo", usual: () => "deploy" },
  { name: "key", text: "private key for that, a file; empty: the SSH agent is asked", usual: () => "" },
  { name: "database", text: "the database's schema, on that host", usual: (stack) => `selfhelp_${stack}` },
  { name: "databaseUser", text: "who migrates it", usual: () => "selfhelp_deploy" },
  { name: "base", text: "script in the repository that makes an empty database; empty: it has its tables already", usual: () => "" },
  { name: "baseVersion", text: "the version that it then has", isDue: ({ base }) => base !== undefined && base !== "" },
  { name: "healthPath", text: "a path that answers 200 when all is well", usual: () => "/cms-api/v1/health" },
];

export const optionOf = (name: keyof Answers): string => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;

/** Answers as one would type them on the command line. */
export const optionsOf = (answers: Given): string[] =>
  questions.flatMap(({ name, isDue }) => {
    const answer = answers[name];
    return answer === undefined || isDue?.(answers) === false ? [] : [optionOf(name), answer];
  });

export interface Asking {
  stack: string;
  ask: Ask;
  /** What is wrong with an answer: whoever sits here is asked again. */
  wrongWith: (name: keyof Answers, answer: string) => string | null;
  /** What Enter means in place of what is usual. */
  before?: Given;
}

/**
 * Each question answered: by what was given, by whoever sits here, or as usual.
 * @param answers what was given; each further answer is put there at once, so that it isn't lost when there is no end to this
 * @throws DeploymentError naming every option that is missing where nobody can be asked, or wrong
 */
export async function complete(answers: Given, { stack, ask, wrongWith, before }: Asking): Promise<Answers> {
  assertRight(answers, wrongWith);
  for (const { name, text, usual, isDue } of questions) {
    if (answers[name] !== undefined) continue;
    const fallback = isDue?.(answers) === false ? "" : (before?.[name] ?? usual?.(stack));
    const isAsked = ask !== null && isDue?.(answers) !== false;
    const answer = isAsked ? await ask(text, fallback, (said) => wrongWith(name, said)) : fallback;
    if (answer !== undefined) answers[name] = answer;
  }
  const missing = questions.filter(({ name }) => answers[name] === undefined);
  if (missing.length > 0)
    throw new DeploymentError(
      `nobody can be asked here, so these must be given:\n${missing.map(({ name, text }) => `  ${optionOf(name)}  ${text}`).join("\n")}\nNothing was written.`,
    );
  return answers as Answers;
}

function assertRight(given: Given, wrongWith: Asking["wrongWith"]): void {
  const wrong = questions.flatMap(({ name }) => {
    const answer = given[name];
    const reason = answer === undefined ? null : wrongWith(name, answer);
    return reason === null ? [] : [`${optionOf(name)} "${answer}" ${reason}`];
  });
  if (wrong.length > 0) throw new DeploymentError(`${wrong.join("\n")}\nNothing was written.`);
}
