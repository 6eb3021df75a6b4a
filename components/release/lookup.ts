import type { Lookup } from "../../provider/handler";
import { resolveCommit } from "../../repository/resolve";
import { commitProblems } from "./check";
import type { CommitAnswer, CommitQuestion } from "./contract";

/** The commit that a tag, branch or commit id stands for right now. */
export const getCommit: Lookup<CommitQuestion, CommitAnswer> = {
  check: commitProblems,
  answer: async ({ repository, release }) => ({ commit: await resolveCommit(repository, release) }),
};
