import assert from "node:assert/strict";
import type { ApiCheck, Login } from "../../../components/validation/contract";
import { tokenIn } from "../../../components/validation/login";
import { messageOf } from "../../../components/validation/message";
import { secretsOf } from "../../../components/validation/redact";
import { redact, spelled } from "../../../host/redact";
import { verdictOn } from "../../../components/validation/verdict";

const check: ApiCheck = { name: "pages", path: "/pages", hostName: "cms.example.org", timeoutSeconds: 5, status: 200 };
const login: Login = {
  ...{ name: "admin", path: "/login", token: "data.access_token", status: 200, timeoutSeconds: 5 },
  fields: { username: "admin", password: 'p"ss/wörd' },
};
const answered = (body: unknown, status = 200, milliseconds = 5) =>
  ({ kind: "answered", status, body: typeof body === "string" ? body : JSON.stringify(body), milliseconds }) as const;

const asItIs = (text: string): string => text;

describe("what is sent for a check", () => {
  it("is a GET by a stranger unless more is said", () => {
    const { method, headers, body } = messageOf(check);
    assert.deepEqual([method, headers["Host"], headers["Authorization"], body], ["GET", "cms.example.org", undefined, undefined]);
  });

  it("is JSON for anything but a text, with its length in bytes", () => {
    const { method, headers, body } = messageOf({ ...check, body: { name: "Jürg" } });
    assert.deepEqual([method, headers["Content-Type"], body], ["POST", "application/json", '{"name":"Jürg"}']);
    assert.equal(headers["Content-Length"], "16");
    assert.equal(messageOf({ ...check, method: "PUT", body: "a=1" }).headers["Content-Type"], "text/plain; charset=utf-8");
  });

  it("has the login's token, and the check's own headers in the place of the usual ones, whatever their case", () => {
    const { headers } = messageOf({ ...check, headers: { accept: "text/html", "content-type": "text/csv" }, body: "a,b" }, "t0ken");
    assert.deepEqual(
      [headers["Authorization"], headers["accept"], headers["Accept"], headers["content-type"], headers["Content-Type"]],
      ["Bearer t0ken", "text/html", undefined, "text/csv", undefined],
    );
  });
});

describe("a login's answer", () => {
  it("holds the token where it is said to be", () => {
    assert.deepEqual(tokenIn(login, answered({ data: { access_token: "abc.def" } }), asItIs), { token: "abc.def" });
  });

  it("is never quoted when the token is not there: it may be somewhere else in it", () => {
    assert.deepEqual(tokenIn(login, answered({ jwt: "abc.def", user: "admin" }), asItIs), {
      result: "failed",
      detail: 'the login "admin" failed: the answer has no token at "data.access_token" (its keys: jwt, user)',
    });
    const page = tokenIn(login, answered("<html>abc.def"), asItIs) as { detail: string };
    assert.match(page.detail, /it is no JSON object/);
    assert.doesNotMatch(page.detail, /abc/);
  });

  it("never gives a token that would be more than a header's value", () => {
    assert.ok(!("token" in tokenIn(login, answered({ data: { access_token: "a\r\nX-Evil: 1" } }), asItIs)));
  });

  it("says why it refuses, without what was sent", () => {
    const refused = tokenIn(login, answered({ message: 'no user admin with p"ss/wörd' }, 401), asItIs) as { detail: string };
    assert.equal(refused.detail, 'the login "admin" failed: POST /login answered 401, not 200: "no user [hidden] with [hidden]"');
  });

  it("that could not be asked for decides nothing", () => {
    assert.deepEqual(tokenIn(login, { kind: "not asked", reason: "no route" }, asItIs), {
      result: "inconclusive",
      detail: 'the login "admin" could not be asked: no route',
    });
  });
});

describe("what a check says of an answer", () => {
  const secret: ApiCheck = { ...check, login, headers: { "X-Key": "k3y-of-mine" }, body: '{"pin":"12 34<5"}' };

  it("never has a value that was sent, however the answer spells it", () => {
    const body = `token t0k3n, key k3y-of-mine, pin 12 34&lt;5 or 12%2034%3C5, ${JSON.stringify(login.fields)}`;
    const { detail } = verdictOn(secret, answered(body, 500), 5, asItIs, "t0k3n");
    assert.match(detail, /^answered 500, not 200: "token \[hidden\], key \[hidden\], pin \[hidden\] or \[hidden\], /);
    for (const text of ["t0k3n", "k3y", "12 34", "ss/w", "34&lt"]) assert.ok(!detail.includes(text), `${text} in ${detail}`);
  });

  it("never has half a secret of the stack, where it is cut", () => {
    const hide = (text: string): string => redact(text, spelled(["a-secret-of-the-stack"], 6));
    const { detail } = verdictOn(check, answered(`${"x".repeat(150)} a-secret-of-the-stack`, 500), 5, hide);
    assert.match(detail, /x \[hidden\]"$/);
  });

  it("leaves what is too short to be a secret readable", () => {
    assert.deepEqual(secretsOf({ ...check, body: { page: 1, locale: "de" } }), []);
    assert.equal(redact("page 1 in de", secretsOf({ ...check, body: { page: 1, locale: "de" } })), "page 1 in de");
  });

  it("is a warning when it was right, but took longer than it may", () => {
    const limited = { ...check, maxMilliseconds: 100 };
    assert.equal(verdictOn(limited, answered("fine", 200, 100), 900, asItIs).result, "passed");
    const { result, detail, milliseconds } = verdictOn(limited, answered("fine", 200, 101), 900, asItIs);
    assert.deepEqual([result, detail, milliseconds], ["warning", "answered 200, but after 101 ms, more than 100", 900]);
    assert.equal(verdictOn(limited, answered("broken", 500, 101), 900, asItIs).result, "failed");
  });
});
