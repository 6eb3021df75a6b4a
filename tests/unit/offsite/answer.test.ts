import assert from "node:assert/strict";
import { answerOf } from "../../../components/offsite/answer";
import { NoAnswer } from "../../../components/offsite/errors";

const printed = (stdout: string, exitCode = 0, stderr = "") => ({ stdout, stderr, exitCode });

describe("a store's answer, as curl prints it", () => {
  it("has status, headers by lower-case name, and body", () => {
    const answer = answerOf(printed('HTTP/1.1 200 OK\r\nETag: "x:y"\r\nX-Amz-Meta-A: b\r\n\r\n<a>\n\n</a>'), "http://s");
    assert.deepEqual(answer, { statusCode: 200, headers: { etag: '"x:y"', "x-amz-meta-a": "b" }, body: "<a>\n\n</a>" });
  });

  it("is the last one, behind those that only say that it comes", () => {
    const answer = answerOf(printed("HTTP/1.1 100 Continue\r\n\r\nHTTP/2 403 \r\nserver: s\r\n\r\n"), "http://s");
    assert.deepEqual(answer, { statusCode: 403, headers: { server: "s" }, body: "" });
  });

  it("may be missing, which is worth another attempt only when that can help", () => {
    const errorOf = (exitCode: number): NoAnswer => {
      try {
        answerOf(printed("", exitCode, "curl: (77) error setting certificate file"), "https://s3.example.org");
      } catch (error) {
        return error as NoAnswer;
      }
      return assert.fail("it was an answer");
    };
    assert.equal(errorOf(7).message, "https://s3.example.org: nothing answers there, or a firewall is between them");
    assert.ok(errorOf(7).$retryable);
    assert.match(errorOf(60).message, /its certificate is not trusted by that host/);
    assert.equal(errorOf(60).$retryable, undefined);
    assert.match(errorOf(77).message, /the request ended with code 77: curl: \(77\) error setting certificate file/);
  });
});
