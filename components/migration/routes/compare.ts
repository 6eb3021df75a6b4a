import { keyOf, type Routes, textOf, type UnclearStatement, type UnknownRoute } from "../routes";
import type { Row, Value } from "./clauses";

/** What a client calls. */
export interface Endpoint {
  /** "GET" */
  method: string;
  /** "/admin/pages" */
  path: string;
  /** Of the API: "v1". */
  version: string;
  /** Name of the route that answers it. */
  route: string;
}

/** "GET /admin/pages (v1, admin_get_pages)" */
export const endpointText = ({ method, path, version, route }: Endpoint): string => `${method} ${path} (${version}, ${route})`;

export interface RouteChanges {
  removed: Endpoint[];
  /** The route is still there, but no longer answers this. */
  changed: { was: Endpoint; now: Endpoint[] }[];
  added: Endpoint[];
  /** Names of routes that answer the same, with other parameters. */
  parameters: string[];
  unclear: UnclearStatement[];
}

/** What a client of the routes before finds otherwise after. */
export function compareRoutes(before: Routes, after: Routes): RouteChanges {
  const [was, is] = [before.rows.flatMap(endpointsOf), after.rows.flatMap(endpointsOf)];
  const lost = unanswered(was, is);
  const remains = (one: Endpoint): Endpoint[] => is.filter(({ route, version }) => route === one.route && version === one.version);
  const added = unanswered(is, was);
  return {
    removed: lost.filter((endpoint) => remains(endpoint).length === 0),
    changed: lost.filter((endpoint) => remains(endpoint).length > 0).map((endpoint) => ({ was: endpoint, now: remains(endpoint) })),
    added,
    parameters: otherParameters(before.rows, after.rows),
    unclear: newlyUnclear(before, after)
      .filter(({ unknown }) => !isSettled(unknown, [...lost, ...added], is))
      .map(withoutUnknown),
  };
}

export const lostEndpoints = ({ removed, changed }: RouteChanges): Endpoint[] => [...removed, ...changed.map(({ was }) => was)];

function endpointsOf(row: Row): Endpoint[] {
  const methods = textOf(row, "methods")
    .split(/[,|\s]+/)
    .filter((method) => method !== "");
  const [path, version, route] = [textOf(row, "path"), textOf(row, "version"), textOf(row, "route_name")];
  return (methods.length === 0 ? ["ANY"] : methods).map((method) => ({ method: method.toUpperCase(), path, version, route }));
}

/** The requests that none of some endpoints takes; what a placeholder is called is no matter to a client. */
export function unanswered<Request extends Requested>(requests: readonly Request[], by: readonly Requested[]): Request[] {
  const taken = new Set(by.map((endpoint) => `${endpoint.method} ${shape(endpoint)}`));
  return requests.filter((request) => ![request.method, "ANY"].some((method) => taken.has(`${method} ${shape(request)}`)));
}

type Requested = Omit<Endpoint, "route">;
const shape = ({ path, version }: Requested): string => `${version} ${path.replace(/\{[^}]*\}/g, "{}")}`;

function otherParameters(before: readonly Row[], after: readonly Row[]): string[] {
  const parameters = new Map(before.map((row) => [keyOf(row), row.get("params")]));
  return after
    .filter((row) => parameters.has(keyOf(row)) && normal(parameters.get(keyOf(row))) !== normal(row.get("params")))
    .map((row) => textOf(row, "route_name"));
}

/** JSON without its blanks. */
function normal(parameters: Value): string {
  if (parameters === undefined || parameters === null) return "";
  try {
    return JSON.stringify(JSON.parse(parameters));
  } catch {
    return parameters;
  }
}

/** Those on one side alone. */
function newlyUnclear(before: Routes, after: Routes): Routes["unclear"] {
  const isIn = (one: UnclearStatement, others: readonly UnclearStatement[]): boolean =>
    others.some(({ file, statement, reason }) => file === one.file && statement === one.statement && reason === one.reason);
  return [...after.unclear.filter((one) => !isIn(one, before.unclear)), ...before.unclear.filter((one) => !isIn(one, after.unclear))];
}

/** What it did shows in statements that were read: the route is another now, or was made anew after it was deleted. */
function isSettled(unknown: UnknownRoute | undefined, differing: readonly Endpoint[], is: readonly Endpoint[]): boolean {
  if (unknown === undefined || unknown.routes.length === 0) return false;
  const endpoints = unknown.change === "delete" ? [...differing, ...is] : differing;
  return unknown.routes.every((name) => endpoints.some(({ route }) => route.toLowerCase() === name.toLowerCase()));
}

const withoutUnknown = ({ file, line, statement, reason }: UnclearStatement): UnclearStatement => ({ file, line, statement, reason });
