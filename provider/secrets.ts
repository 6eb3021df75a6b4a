import { spelled } from "../host/redact";
import type { Settings } from "./configuration";

/** Names of variables whose values are secret; others (APP_ENV, TRUSTED_PROXIES) may be said. */
const secretName = /SECRET|PASS|TOKEN|KEY|DSN|CREDENTIAL|PRIVATE|SALT/i;
/** The password of an address such as mysql://user:password@host/name. */
const passwordInUrl = /[a-z][a-z0-9+.-]*:\/\/[^\s/?#@:]*:([^\s/?#@]+)@/gi;
/** Any shorter word stands in too many texts for other reasons. */
const shortest = 6;

/**
 * What must be in nothing that Pulumi shows or records: passwords of databases, and of the application's environment those of addresses and what bears a
 * secret's name. A build's output and the application's log are passed on, and may have them.
 */
export function secretsIn(settings: Pick<Settings, "database" | "rehearsal" | "administrator" | "dump" | "environment">): string[] {
  const { database, rehearsal, administrator, dump, environment } = settings;
  const passwords = [database, rehearsal, administrator, dump].flatMap((login) => login?.password.reveal() ?? []);
  const variables = environment === undefined ? [] : variablesOf(environment.reveal());
  const values = variables.flatMap(([name, value]) => [...(secretName.test(name) ? [value] : []), ...passwordsIn(value)]);
  return spelled([...passwords, ...values], shortest);
}

/** Of a text as components/deployment/dotenv.ts writes it. */
const variablesOf = (text: string): [string, string][] =>
  [...text.matchAll(/^(\w+)='((?:[^']|'"'"')*)'$/gm)].map(([, name = "", value = ""]) => [name, value.replaceAll(`'"'"'`, "'")]);

function passwordsIn(value: string): string[] {
  return [...value.matchAll(passwordInUrl)].flatMap(([, password = ""]) => [password, decoded(password)]);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
