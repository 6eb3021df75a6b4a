import { type Endpoint, unanswered } from "./compare";

/** Routes of controllers' sources, by their `#[Route(…)]` or `@Route(…)`. */
export interface ControllerRoutes {
  endpoints: Omit<Endpoint, "route">[];
  /** Routes whose path is no plain text. */
  unread: number;
}

const mark = /(?:#\[|@)\s*(?:[\w\\]+\\)?Route\(((?:[^()'"]|'[^']*'|"[^"]*"|\((?:[^()'"]|'[^']*'|"[^"]*")*\))*)\)/g;
/** What may stand between a route and the class that it is for. */
const beforeClass = /^(?:[^\]\n]*\])?(?:\s|\*(?!\/)[^\n]*|\*\/|\/\/[^\n]*|#\[[^\n]*\]|final\b|abstract\b|readonly\b)*class\s/;

/** Reads the routes of controllers; a route of a class is a prefix of those of its methods. */
export function controllerRoutes(sources: readonly string[]): ControllerRoutes {
  const all = sources.map(routesIn);
  return { endpoints: all.flatMap(({ endpoints }) => endpoints), unread: all.reduce((sum, { unread }) => sum + unread, 0) };
}

function routesIn(source: string): ControllerRoutes {
  const found = [...source.matchAll(mark)]
    .filter(({ index }) => !/\/\//.test(source.slice(source.lastIndexOf("\n", index) + 1, index)))
    .map(({ 0: whole, 1: words = "", index }) => ({
      path: pathIn(words),
      methods: methodsIn(words),
      isOfClass: beforeClass.test(source.slice(index + whole.length)),
    }));
  const ofClass = found.find(({ isOfClass }) => isOfClass);
  const ofMethods = found.filter(({ isOfClass }) => !isOfClass);
  const prefix = ofMethods.length === 0 ? "" : ofClass === undefined ? "" : ofClass.path;
  const routes = ofMethods.length === 0 ? found : ofMethods;
  if (prefix === undefined) return { endpoints: [], unread: routes.length };
  return {
    endpoints: routes.flatMap(({ path, methods }) =>
      path === undefined ? [] : methods.map((method) => ({ method, path: joined(prefix, path), version: "" })),
    ),
    unread: routes.filter(({ path }) => path === undefined).length,
  };
}

/** The first string, or the one called path; undefined when it is something else. A route may have none: it is "". */
function pathIn(words: string): string | undefined {
  const [, first, second] =
    /^\s*(?:path\s*[:=]\s*)?(?:'([^']*)'|"([^"]*)")\s*(?:,|$)/.exec(words) ?? /\bpath\s*[:=]\s*(?:'([^']*)'|"([^"]*)")/.exec(words) ?? [];
  return first ?? second ?? (/\bpath\s*[:=]/.test(words) || !/^\s*(?:\w+\s*(?::(?!:)|=)|$)/.test(words) ? undefined : "");
}

function methodsIn(words: string): string[] {
  const [, list = ""] = /\bmethods\s*[:=]\s*(\[[^\]]*\]|\{[^}]*\}|'[^']*'|"[^"]*")/.exec(words) ?? [];
  const methods = [...list.matchAll(/['"]([^'"]+)['"]/g)].flatMap(([, names = ""]) => names.toUpperCase().split("|"));
  return methods.length === 0 ? ["ANY"] : methods;
}

const joined = (prefix: string, path: string): string => `${prefix.replace(/\/$/, "")}/${path.replace(/^\//, "")}`.replace(/(.)\/$/, "$1");

/** Those that a client no longer finds. */
export const lostRoutes = (before: ControllerRoutes, after: ControllerRoutes): ControllerRoutes["endpoints"] =>
  unanswered(before.endpoints, after.endpoints);
