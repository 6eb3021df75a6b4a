import { posix } from "node:path";
import type { Problem } from "../../provider/handler";
import type { OffsiteCopyInputs } from "./contract";

/** What every S3 store takes. */
const leastPartBytes = 5 * 1024 ** 2;
const mostPartBytes = 5 * 1024 ** 3;

/** What of a copy's inputs can't be, seen without contacting anything. */
export function inputProblems({ directory, partBytes, endpoint, prefix }: Partial<OffsiteCopyInputs>): Problem[] {
  return [
    ...problem(directory, posix.isAbsolute, "directory", "must be an absolute path, for example /var/backups/selfhelp"),
    ...problem(
      partBytes,
      (bytes) => bytes >= leastPartBytes && bytes <= mostPartBytes,
      "partBytes",
      `must be from ${leastPartBytes} to ${mostPartBytes}`,
    ),
    ...problem(endpoint, isHttp, "endpoint", "must be an address, for example https://s3.example.org"),
    ...problem(
      prefix,
      (text) => /^[^/].*[^/]$|^[^/]$/.test(text),
      "prefix",
      'must be a folder without "/" at its ends, for example selfhelp',
    ),
  ];
}

const isHttp = (address: string): boolean => /^https?:$/.test(URL.parse(address)?.protocol ?? "");

const problem = <Value>(value: Value | undefined, isFine: (value: Value) => boolean, propertyPath: string, reason: string): Problem[] =>
  value === undefined || isFine(value) ? [] : [{ propertyPath, reason }];
