import { InputRangeError, isInputError } from "../../errors.ts";

/** Remedies for errors of the operating system, by code. */
const REMEDIES: Readonly<Record<string, string>> = {
  EACCES: "change its permissions or choose another place",
  EDQUOT: "free some space or choose another disk",
  EISDIR: "choose a path that is not a directory",
  EMFILE: "close other files or raise the limit of open files, for example with ulimit -n",
  ENAMETOOLONG: "choose a shorter name",
  ENFILE: "close other programs or raise the system's limit of open files",
  ENOSPC: "free some space or choose another disk",
  EPERM: "change its permissions or choose another place",
  EROFS: "choose a place that can be written",
};

/** Runs an action; if it fails, throws `RangeError` with one line: `failure`, the reason, and what to do about it. */
export async function attempt<T>(failure: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (isFault(error)) throw error;
    const cause = error instanceof InputRangeError ? error.cause ?? error : error;
    throw new InputRangeError(`${failure}: ${reasonOf(error)}`, { cause });
  }
}

/** Whether an error is neither the system's nor one for people, but a fault of this program. */
function isFault(error: unknown): boolean {
  const isBuiltIn = [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
  return isBuiltIn && !isInputError(error) && codeOf(error) === undefined;
}

/** Describes an error in one line, without the path on which a system call failed, and says what to do about it. */
export function reasonOf(error: unknown): string {
  const [message] = (error instanceof Error ? error.message : String(error)).split("\n", 1);
  // Cuts the path off "ENOENT: no such file or directory, open 'path'": it may be that of a staged file.
  const reason = asNode(message, codeOf(error)).replace(/, [a-z]+( '.*)?$/, "")
    .replace(/ access to ".*", run again/, " access, run again");
  const remedy = REMEDIES[codeOf(error) ?? ""];
  return remedy === undefined ? reason : `${reason}; ${remedy}`;
}

/** Deno's own functions say "Permission denied (os error 13): open 'path'", those of `node:fs` "EACCES: ...". */
function asNode(message: string, code: string | undefined): string {
  const [, text] = /^(.+?) \(os error \d+\)/.exec(message) ?? [];
  return text === undefined || code === undefined ? message : `${code}: ${text[0].toLowerCase()}${text.slice(1)}`;
}

/** Returns the code of a system error, such as ENOENT. */
export function codeOf(error: unknown): string | undefined {
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === "string" ? code : undefined;
}

/** Returns a result, or undefined if a file or directory is missing. */
export async function unlessMissing<T>(result: Promise<T>): Promise<T | undefined> {
  return await unless(["ENOENT"], result);
}

/** Returns a result, or undefined if it fails with one of these error codes. */
export async function unless<T>(codes: readonly string[], result: Promise<T>): Promise<T | undefined> {
  try {
    return await result;
  } catch (error) {
    if (codes.includes(codeOf(error) ?? "")) return undefined;
    throw error;
  }
}
