import { type Hide, redact } from "../../host/redact";
import type { Host } from "../../host/host";
import type { Endpoint } from "../switch/endpoints";
import type { ApiCheck, CheckResult, Login } from "./contract";
import { type Answer, exchange } from "./exchange";
import { secretsOf } from "./redact";

/** What a login gave: a token, or the result that each check which needs it gets. */
export type LoggedIn = { token: string } | Pick<CheckResult, "result" | "detail">;

/** Logs in at most once by each login's name. */
export class Logins {
  readonly #done = new Map<string, Promise<LoggedIn>>();

  constructor(
    private readonly host: Host,
    private readonly endpoint: Endpoint,
  ) {}

  /** Never throws. @param hostName that users reach the application under */
  of(login: Login, hostName: string): Promise<LoggedIn> {
    const done = this.#done.get(login.name) ?? this.#logIn(login, hostName);
    this.#done.set(login.name, done);
    return done;
  }

  async #logIn(login: Login, hostName: string): Promise<LoggedIn> {
    const { path, fields, status, timeoutSeconds } = login;
    const check: ApiCheck = { name: login.name, path, hostName, status, timeoutSeconds, method: "POST", body: fields };
    return tokenIn(login, await exchange(this.host, this.endpoint, check), this.host.hide);
  }
}

/** The token of a login's answer; nothing of an answer that may hold one is ever quoted. */
export function tokenIn({ name, path, token, status, fields }: Login, answer: Answer, hide: Hide): LoggedIn {
  const failed = (detail: string): LoggedIn => ({ result: "failed", detail: `the login "${name}" failed: ${detail}` });
  if (answer.kind === "not asked") return { result: "inconclusive", detail: `the login "${name}" could not be asked: ${answer.reason}` };
  if (answer.kind === "silent") return failed(answer.reason);
  if (answer.status !== status) return failed(`POST ${path} answered ${answer.status}, not ${status}${refusalIn(answer, fields, hide)}`);
  const json = parsed(answer.body);
  const value = token.split(".").reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), json);
  if (typeof value === "string" && /^[\x21-\x7e]+$/.test(value)) return { token: value };
  const keys = isObject(json) ? `its keys: ${Object.keys(json).join(", ")}` : "it is no JSON object";
  return failed(`the answer has no token at "${token}" (${keys})`);
}

/** Why a login was refused, as far as that is said where refusals say it. */
function refusalIn({ status, body }: { status: number; body: string }, fields: Record<string, string>, hide: Hide): string {
  const json = status >= 400 ? parsed(body) : undefined;
  const said = isObject(json) ? (json["message"] ?? json["error"] ?? json["detail"]) : undefined;
  if (typeof said !== "string") return "";
  const secrets = secretsOf({ body: fields } as ApiCheck);
  return `: "${hide(redact(said, secrets))
    .replace(/[\p{Cc}\s]+/gu, " ")
    .slice(0, 160)}"`;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
