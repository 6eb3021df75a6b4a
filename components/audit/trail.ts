import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Host } from "../../host/host";
import type { Site } from "../../host/site";
import { linesIn } from "./chain";
import { appendLines, readEndOfLog } from "./commands";
import type { AuditEvent, AuditLine, DeploymentSeal, Goal } from "./contract";
import { deploymentsOf, type RecordedDeployment } from "./deployments";
import { usualSeconds } from "./usual";

/** Longest text of an event; the rest of an error is in Pulumi's output. */
const longestText = 600;

/** How long what is told waits for what is told at once with it, and the end of a step for the beginning of the next one: one look at the host is less then. */
const gatherMilliseconds = { usually: 5, "step done": 300 };

type Answer = DeploymentSeal | Error;

/** Writes what one run does into the audit log of a host, in the order in which it is told. */
export class AuditTrail {
  readonly deployment = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, "")}Z-${randomBytes(3).toString("hex")}`;
  #waiting: { line: string; tell: (answer: Answer) => void }[] = [];
  #last = Promise.resolve();
  readonly #told: AuditLine[] = [];
  #usual = new Map<string, number>();
  #goal: Goal | undefined;

  constructor(
    private readonly host: () => Host,
    private readonly site: Site,
    /** Takes out what must not be seen. */
    private readonly hide: (text: string) => string,
  ) {}

  /** What this run is to bring about; its beginning will say so. */
  announce(goal: Goal): void {
    this.#goal = goal;
  }

  /** Whoever it is holds the lock now. */
  begin(begun: { purpose: string; operator: string }): Promise<Answer> {
    const wanted = this.#goal === undefined ? {} : { wanted: this.#goal };
    return this.note({ event: "begun", ...begun, run: ciRun(process.env), ...wanted });
  }

  /** Never throws: a log that can't be written must not stop a deployment half way. @returns the line's seal, or why it was not written */
  note(event: AuditEvent): Promise<Answer> {
    this.#told.push({ ...event, previous: "", at: new Date().toISOString(), deployment: this.deployment });
    const line = JSON.stringify({ deployment: this.deployment, ...event }, (_key, value: unknown) =>
      typeof value === "string" ? shortened(this.hide(value)) : value,
    );
    const answer = new Promise<Answer>((tell) => this.#waiting.push({ line, tell }));
    if (event.event === "step done") setTimeout(() => void this.written(), gatherMilliseconds["step done"]).unref();
    else void this.written();
    return answer;
  }

  /** What this run did up to now, by the deployer's clock; undefined: nothing. */
  run(): RecordedDeployment | undefined {
    return deploymentsOf(this.#told)[0];
  }

  /** Looks how long steps took in earlier runs. Never throws: where that can't be read nothing is expected. */
  async learn(): Promise<void> {
    const options = { as: "root", purpose: "reading the end of the audit log", timeoutSeconds: 15 };
    await this.host()
      .run(readEndOfLog(this.site), options)
      .then(
        ({ stdout }) => (this.#usual = usualSeconds(linesIn(stdout))),
        () => undefined,
      );
  }

  /** Seconds that a step usually takes, once that was learned. */
  usually(step: string): number | undefined {
    return this.#usual.get(step);
  }

  /** Writes what was told up to now, and resolves when that is there, or could not be written. */
  written(): Promise<void> {
    return (this.#last = this.#last.then(() => this.#write()));
  }

  async #write(): Promise<void> {
    if (this.#waiting.length === 0) return;
    await sleep(gatherMilliseconds.usually);
    const told = this.#waiting.splice(0);
    const answers = await this.#append(told.map(({ line }) => line)).catch((error: unknown) =>
      told.map(() => (error instanceof Error ? error : new Error(String(error)))),
    );
    told.forEach(({ tell }, index) => tell(answers[index] ?? new Error("the host did not say that it was written")));
  }

  async #append(lines: readonly string[]): Promise<Answer[]> {
    const options = { as: "root", purpose: "writing the audit log", timeoutSeconds: 15 };
    const { stdout } = await this.host().run(appendLines(this.site), { ...options, stdin: lines.map((line) => `${line}\n`).join("") });
    const seals = stdout.trim().split("\n");
    return seals.map((printed) => {
      const [seal = "", at = ""] = printed.split(" ");
      return { deployment: this.deployment, at, seal };
    });
  }
}

const shortened = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text);

/** Address of the CI run that this process is part of, as GitHub, GitLab and Jenkins tell it; null: it is none. */
export function ciRun(environment: Readonly<Record<string, string | undefined>>): string | null {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, CI_JOB_URL, BUILD_URL } = environment;
  if (GITHUB_RUN_ID !== undefined) return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
  return CI_JOB_URL ?? BUILD_URL ?? null;
}
