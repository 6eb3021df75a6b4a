import { changedFiles } from "../../repository/changes";
import { readBlobs } from "../../repository/files";
import type { BumpQuestion } from "./bump";
import { type ScriptFolder, scriptFolder } from "./folder";
import { type ControllerRoutes, controllerRoutes } from "./routes/controllers";
import { readScriptFiles } from "./scripts";

/** Two commits of a repository, and where the scripts are. */
export interface Range {
  repository: string;
  /** Commit ids. */
  from: string;
  to: string;
  scripts: string;
}

/** Reads what a range of commits changed. @throws RepositoryFailed */
export async function readRange({ repository, from, to, scripts }: Range): Promise<Omit<BumpQuestion, "current" | "isScriptWanted">> {
  const changes = await changedFiles(repository, from, to);
  const controllers = changes.filter(({ path, was }) => [path, was].some((one) => one !== undefined && isController(one)));
  const [before, after, routesBefore, routesAfter] = await Promise.all([
    readFolder(repository, from, scripts),
    readFolder(repository, to, scripts),
    readControllers(
      repository,
      from,
      controllers.map((change) => change.before),
    ),
    readControllers(
      repository,
      to,
      controllers.map((change) => change.after),
    ),
  ]);
  return { before, after, files: changes.map(({ path }) => path), controllers: { before: routesBefore, after: routesAfter } };
}

const isController = (path: string): boolean => /(^|\/)src\/Controller\/.+\.php$/.test(path);

async function readFolder(repository: string, commit: string, folder: string): Promise<ScriptFolder> {
  return scriptFolder(await readScriptFiles(repository, commit, folder));
}

async function readControllers(repository: string, commit: string, blobs: readonly (string | undefined)[]): Promise<ControllerRoutes> {
  const known = blobs.filter((blob) => blob !== undefined);
  return controllerRoutes((await readBlobs(repository, commit, known)).map((content) => content.toString("utf8")));
}
