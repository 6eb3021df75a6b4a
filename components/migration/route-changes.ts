import type { ScriptFolder } from "./folder";
import { routesAfter } from "./routes";
import { compareRoutes, type Endpoint, endpointText, lostEndpoints, type RouteChanges } from "./routes/compare";
import type { Script } from "./script";

/** The file without a number that carries every route; it runs after the scripts. */
export const routeFile = "api_routes.sql";

/** How the routes differ, and where the scripts and the file of routes tell different stories. */
export function routeChanges(before: ScriptFolder, after: ScriptFolder): { routes: RouteChanges; disagreements: string[] } {
  const routes = compare(before, after, ({ chain, helpers }) => [...chain, ...helpers.filter(isRouteFile)]);
  const lost = lostEndpoints(routes);
  const isKept = (endpoint: Endpoint): boolean => !lost.some((one) => endpointText(one) === endpointText(endpoint));
  const lostIn = (scriptsOf: (folder: ScriptFolder) => Script[]): string[] =>
    lostEndpoints(compare(before, after, scriptsOf))
      .filter(isKept)
      .map(endpointText);
  return {
    routes,
    disagreements: [
      ...lostIn(({ chain }) => chain).map(
        (lost) => `the scripts take ${lost} away, but ${routeFile} brings it back: is that file out of date?`,
      ),
      ...lostIn(({ helpers }) => helpers.filter(isRouteFile)).map(
        (lost) => `${routeFile} no longer has ${lost}, but databases that have it keep it: to take it away, a script must`,
      ),
    ],
  };
}

const isRouteFile = ({ file }: Script): boolean => file === routeFile;

const compare = (before: ScriptFolder, after: ScriptFolder, scriptsOf: (folder: ScriptFolder) => Script[]): RouteChanges =>
  compareRoutes(routesAfter(scriptsOf(before)), routesAfter(scriptsOf(after)));
