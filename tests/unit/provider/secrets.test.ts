import assert from "node:assert/strict";
import { dotenvText } from "../../../components/deployment/dotenv";
import { redact } from "../../../host/redact";
import { Secret } from "../../../host/secret";
import type { DatabaseSettings } from "../../../provider/handler";
import { secretsIn } from "../../../provider/secrets";

describe("what a provider hides of what it says", () => {
  const database = { name: "selfhelp", password: new Secret("pa'ss\"word"), user: "selfhelp_deploy" } as DatabaseSettings;
  const said = (text: string, environment: Record<string, string> = {}): string =>
    redact(text, secretsIn({ database, environment: new Secret(dotenvText(environment)) }));

  it("is a database's password, however JSON or a page spells it", () => {
    assert.equal(said("Access denied for pa'ss\"word"), "Access denied for [hidden]");
    assert.equal(said('{"password":"pa\'ss\\"word"}'), '{"password":"[hidden]"}');
    assert.equal(said("<b>pa'ss&quot;word</b>"), "<b>[hidden]</b>");
  });

  it("is the password in any variable's address, as it stands there and as it is", () => {
    const environment = { DATABASE_URL: "mysql://app:p%40ss%2Fword@127.0.0.1:3306/selfhelp?charset=utf8mb4" };
    assert.equal(said("SQLSTATE[HY000] with p@ss/word", environment), "SQLSTATE[HY000] with [hidden]");
    assert.equal(
      said(`can't parse ${environment.DATABASE_URL}`, environment),
      "can't parse mysql://app:[hidden]@127.0.0.1:3306/selfhelp?charset=utf8mb4",
    );
  });

  it("is a variable that bears a secret's name, with quotes and several lines, too", () => {
    const environment = { APP_SECRET: "it's one\nof two lines", MAILER_DSN: "smtp://mail.example.org?x=1" };
    assert.equal(said(`APP_SECRET=${environment.APP_SECRET}.`, environment), "APP_SECRET=[hidden].");
    assert.equal(said(`no transport for ${environment.MAILER_DSN}`, environment), "no transport for [hidden]");
  });

  it("is no setting that texts are full of, nor a word too short to be told from others", () => {
    const environment = { APP_ENV: "prod", TRUSTED_PROXIES: "127.0.0.1", LOCK_DSN: "flock" };
    const text = "flock in prod at 127.0.0.1:3306";
    assert.equal(said(text, environment), text);
  });
});
