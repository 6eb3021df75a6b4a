import { join } from "node:path";
import ts from "typescript";

/** What is written above each key and output in the source, by its path: "hosts[].name", "environment.NAME". */
export interface Descriptions {
  config: Map<string, string>;
  outputs: Map<string, string>;
}

/** Reads the docstrings of the schema's keys and of the stack's outputs: they are written there and nowhere else. */
export function readDescriptions(projectFolder: string): Descriptions {
  const file = (name: string): string => join(projectFolder, "components/deployment", name);
  const options = { strict: true, target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.CommonJS, skipLibCheck: true, types: ["node"] };
  const program = ts.createProgram([file("config.ts"), file("component.ts")], options);
  const checker = program.getTypeChecker();
  const exported = (name: string, symbol: string): ts.Symbol => {
    const source = program.getSourceFile(file(name));
    const module = source === undefined ? undefined : checker.getSymbolAtLocation(source);
    const found = module === undefined ? undefined : checker.getExportsOfModule(module).find((one) => one.name === symbol);
    if (found === undefined) throw new Error(`${file(name)} exports no ${symbol}`);
    return found;
  };
  const config = new Map<string, string>();
  collect(checker.getTypeOfSymbol(exported("config.ts", "schema")), "", checker, config);
  const outputs = checker.getDeclaredTypeOfSymbol(exported("component.ts", "StackOutputs")).getProperties();
  return { config, outputs: new Map(outputs.map((output) => [output.name, docOf(output, checker)])) };
}

/** Steps of a path through zod's own types; what else there is has no keys below it. */
function collect(type: ts.Type, path: string, checker: ts.TypeChecker, found: Map<string, string>): void {
  const [first, second] = checker.getTypeArguments(type as ts.TypeReference);
  const kind = type.symbol?.name;
  if (first === undefined) return;
  if (kind === "ZodObject") {
    for (const key of first.getProperties()) {
      const below = path === "" ? key.name : `${path}.${key.name}`;
      found.set(below, docOf(key, checker));
      collect(checker.getTypeOfSymbol(key), below, checker, found);
    }
  } else if (kind === "ZodArray") collect(first, `${path}[]`, checker, found);
  else if (kind === "ZodRecord" && second !== undefined) collect(second, `${path}.NAME`, checker, found);
  else if (["ZodOptional", "ZodDefault", "ZodPrefault", "ZodPipe"].includes(kind ?? "")) collect(first, path, checker, found);
}

const docOf = (symbol: ts.Symbol, checker: ts.TypeChecker): string =>
  ts.displayPartsToString(symbol.getDocumentationComment(checker)).replace(/\s+/g, " ");
