import { existsSync, writeFileSync } from "node:fs";
import { Command } from "commander";
import { problemsText } from "../components/deployment/config-problems";
import { quote } from "../host/command";
import { DeploymentError } from "../host/errors";
import { plainLines } from "../host/plain";
import { Interrupted, terminal } from "./ask";
import { type Asking, type Given, optionOf, optionsOf, questions } from "./init/answers";
import { type Look, lookAtHost } from "./init/host";
import { recipientOf } from "./init/identity";
import { reach } from "./init/reach";
import { problemsOf, wrongWith } from "./init/judge";
import { configOf, type Found, stackFile } from "./init/stack-file";

interface Options extends Given {
  fingerprint?: string;
  recipient?: string;
  identity?: string;
  yes?: true;
}

/** A stack for a new application. */
export const init = new Command("init")
  .description(
    "Asks a few questions and writes Pulumi.STACK.yaml for one host; looks whether it can be logged in to. Overwrites nothing, and changes nothing on the host.",
  )
  .argument("<stack>", "what the stack is to be called, for example production");
for (const { name, text } of questions) init.option(`${optionOf(name)} <value>`, text);
init
  .option("--fingerprint <fingerprint>", "of the host's key, as its own console says it: SHA256:…")
  .option("--identity <file>", "key pair for backups, made where it isn't there; default: ~/STACK-backup.key")
  .option("--recipient <key>", "age's public key in its place, where somebody else has the private one")
  .option("-y, --yes", "ask nothing: what no option says is as usual")
  .addHelpText(
    "after",
    "\nExit code: 0 written, 1 written, but something on the host is missing, 2 nothing was written, 130 stopped by Ctrl-C, nothing was written.",
  )
  .action(async (stack: string, options: Options) => {
    const file = fileOf(stack);
    const { ask, during, close } = terminal(options.yes === true);
    const answers: Given = Object.fromEntries(questions.map(({ name }) => [name, options[name]]));
    try {
      const { config, looks } = await during(stackOf(answers, options, { stack, ask, wrongWith }));
      writeFileSync(file, stackFile(config), { flag: "wx" });
      const isComplete = looks.every(({ problem }) => problem === null);
      const next = isComplete ? "Next" : "Once what is missing is there, or corrected in that file";
      process.stdout.write(
        `${looks.map(lookText).join("")}\n${file} is written. ${next}:\n${nextText(stack, file, answers.database ?? "")}`,
      );
      process.exitCode = isComplete ? 0 : 1;
    } catch (error) {
      throw ask === null || !(error instanceof DeploymentError) ? error : withAnswers(error, stack, answers, options);
    } finally {
      close();
    }
  });

/** The error with what was answered before it, to be typed again in one line. */
function withAnswers(
  error: DeploymentError,
  stack: string,
  answers: Given,
  { fingerprint, identity, recipient }: Options,
): DeploymentError {
  const kept = Object.entries({ fingerprint, identity, recipient }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  );
  const words = optionsOf(answers);
  const again =
    words.length === 0 ? "" : `. To go on with what was answered:\n  npx selfhelp init ${[stack, ...words, ...kept].map(bare).join(" ")}`;
  if (error instanceof Interrupted) return new Interrupted(`nothing was written${again}`);
  return new DeploymentError(`${error.message.replace(/\.$/, "")}${again || "."}`);
}

const bare = (word: string): string => (/^[\w@%+=:,./~-]+$/.test(word) ? word : quote(word));

function fileOf(stack: string): string {
  if (!/^[A-Za-z0-9_-]{1,60}$/.test(stack)) throw new DeploymentError(`a stack's name is letters, digits, "_" and "-", not "${stack}"`);
  const file = `Pulumi.${stack}.yaml`;
  if (!existsSync("Pulumi.yaml")) throw new DeploymentError("there is no Pulumi.yaml here: type it in the folder of the Pulumi program");
  if (existsSync(file)) throw new DeploymentError(`${file} is there already, and stays as it is: give another name, or move it away`);
  return file;
}

async function stackOf(given: Given, options: Options, asking: Asking): Promise<{ config: Record<string, unknown>; looks: Look[] }> {
  const { answers, settings } = await reach(given, options.fingerprint, asking);
  const config = configOf(answers, { hostKey: settings.hostKey, ...(await keyPair(asking.stack, options)) });
  assertFit(config);
  return { config, looks: await lookAtHost(settings) };
}

async function keyPair(stack: string, { recipient, identity }: Options): Promise<Omit<Found, "hostKey">> {
  if (recipient !== undefined) return { recipient, identityPath: identity };
  const identityPath = identity ?? `~/${stack}-backup.key`;
  const made = await recipientOf(identityPath);
  if (made.isNew)
    process.stdout.write(`key pair for backups: ${identityPath} is made; keep a copy of it where this machine's end doesn't reach\n`);
  return { recipient: made.recipient, identityPath };
}

function assertFit(config: Record<string, unknown>): void {
  const problems = problemsOf(config);
  if (problems.length > 0) throw new DeploymentError(`${problemsText(problems)}\nNothing was written.`);
}

const lookText = ({ what, problem }: Look): string =>
  plainLines(`${problem === null ? "ok     " : "missing"}  ${what}${problem === null ? "" : `: ${problem}`}\n`);

const nextText = (stack: string, file: string, schema: string): string => `
  pulumi stack init ${stack}        # asks for a passphrase for its secrets, as each command does that PULUMI_CONFIG_PASSPHRASE doesn't tell it
  pulumi config set --stack ${stack} --secret --path selfhelp:database.password             # asks for it
  pulumi config set --stack ${stack} --secret --path selfhelp:environment.DATABASE_URL      # what the application logs in with: mysql://USER:PASSWORD@127.0.0.1:3306/${schema}
  openssl rand -hex 32 | pulumi config set --stack ${stack} --secret --path selfhelp:environment.APP_SECRET
  git add --force ${file}           # secrets in it are encrypted
  pulumi preview --stack ${stack}   # read it, then: pulumi up --stack ${stack}
`;
