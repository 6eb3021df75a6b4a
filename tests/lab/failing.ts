import assert from "node:assert/strict";
import { DeploymentError } from "../../host/errors";

/** Of the error, written for a person, that something ends with. */
export const messageOf = async (failing: Promise<unknown>): Promise<string> =>
  failing.then(
    () => assert.fail("it succeeded"),
    (error: unknown) => {
      assert.ok(error instanceof DeploymentError, `${(error as Error).stack}`);
      return error.message;
    },
  );
