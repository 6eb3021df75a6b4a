import { contentElsewhere } from "../../repository/elsewhere";
import { named } from "../named";
import type { ReleaseInputs } from "./contract";

const mostNamed = 10;

/** What of a release its slot will lack, since only the commit itself travels: a sentence each. @throws RepositoryFailed */
export async function lacks({ repository, commit, release }: Pick<ReleaseInputs, "repository" | "commit" | "release">): Promise<string[]> {
  const { submodules, largeFiles } = await contentElsewhere(repository, commit);
  return [
    ...about(submodules, `${release} has submodules, whose folders will be empty in its slot`, "get their code by composer, or have it in the repository"),
    ...about(largeFiles, `${release} has files of Git LFS, of which only the pointers will be in its slot`, "have them in the repository itself, or get them in selfhelp:build"),
  ]; // prettier-ignore
}

function about(paths: readonly string[], what: string, remedy: string): string[] {
  if (paths.length === 0) return [];
  const shown = paths.map((path) => JSON.stringify(path));
  return [`${what}: ${named(shown, mostNamed)}; ${remedy}`];
}
