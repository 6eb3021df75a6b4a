import { randomBytes } from "node:crypto";
import type { Host } from "../../host/host";
import type { Site } from "../../host/site";
import { appendLine } from "./commands";
import type { AuditEvent, DeploymentSeal } from "./contract";

/** Longest text of an event; the rest of an error is in Pulumi's output. */
const longestText = 600;

/** Writes what one run does into the audit log of a host, in the order in which it is told. */
export class AuditTrail {
  readonly deployment = `${new Date().toISOString().slice(0, 19).replace(/[-:]/g, "")}Z-${randomBytes(3).toString("hex")}`;
  #last: Promise<DeploymentSeal | Error>;

  constructor(
    private readonly host: () => Host,
    private readonly site: Site,
    /** Takes out what must not be seen. */
    private readonly hide: (text: string) => string,
  ) {
    this.#last = Promise.resolve(new Error("nothing was told"));
  }

  /** Never throws: a log that can't be written must not stop a deployment half way. @returns the line's seal, or why it was not written */
  note(event: AuditEvent): Promise<DeploymentSeal | Error> {
    this.#last = this.#last.then(() =>
      this.#append(event).catch((error: unknown) => (error instanceof Error ? error : new Error(String(error)))),
    );
    return this.#last;
  }

  async #append(event: AuditEvent): Promise<DeploymentSeal> {
    const { deployment } = this;
    const text = JSON.stringify({ deployment, ...event }, (_key, value: unknown) =>
      typeof value === "string" ? shortened(this.hide(value)) : value,
    );
    const options = { as: "root", purpose: "writing the audit log", timeoutSeconds: 15 };
    const { stdout } = await this.host().run(appendLine(this.site), { ...options, stdin: `${text}\n` });
    const [seal = "", at = ""] = stdout.trim().split(" ");
    return { deployment, at, seal };
  }
}

const shortened = (text: string): string => (text.length > longestText ? `${text.slice(0, longestText)}…` : text);

/** Address of the CI run that this process is part of, as GitHub, GitLab and Jenkins tell it; null: it is none. */
export function ciRun(environment: Readonly<Record<string, string | undefined>>): string | null {
  const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID, CI_JOB_URL, BUILD_URL } = environment;
  if (GITHUB_RUN_ID !== undefined) return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
  return CI_JOB_URL ?? BUILD_URL ?? null;
}
