// What differs between the runtimes that the command line runs in: Deno, Node.js and Bun.

import process from "node:process";
import { isatty } from "node:tty";

/** What the command line uses of Deno's own functions. */
interface DenoFunctions {
  readonly noColor: boolean;
  readonly errors: Readonly<Record<string, new () => Error>>;
  readonly permissions: {
    querySync(
      descriptor: { name: "env"; variable: string } | { name: "read"; path: string },
    ): { readonly state: string };
  };
}

const deno = (globalThis as { readonly Deno?: DenoFunctions }).Deno;

/** Standard streams by their file descriptors. */
const DESCRIPTORS = { input: 0, output: 1, error: 2 } as const;

/** Whether a standard stream is a terminal. */
export function isTerminal(stream: keyof typeof DESCRIPTORS): boolean {
  return isatty(DESCRIPTORS[stream]);
}

/** Whether colours can be shown on standard output and nobody asked for none. */
export function isColoured(): boolean {
  return isTerminal("output") && !(deno?.noColor ?? environmentVariable("NO_COLOR"));
}

/** An environment variable; undefined where it is absent or empty, and where Deno may not read it, which it is not asked for. */
export function environmentVariable(variable: string): string | undefined {
  if (deno && deno.permissions.querySync({ name: "env", variable }).state !== "granted") return undefined;
  return process.env[variable] || undefined;
}

/** The working directory; undefined where Deno may not tell it, which it is not asked for. */
export function workingDirectory(): string | undefined {
  if (deno && deno.permissions.querySync({ name: "read", path: "." }).state !== "granted") return undefined;
  return process.cwd();
}

/** Bytes of memory that the process has. */
export function residentBytes(): number {
  return process.memoryUsage().rss;
}

/** Whether an error says that nobody reads what is written. */
export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && (error.name === "BrokenPipe" || ("code" in error && error.code === "EPIPE"));
}

/** Whether an error is the operating system's or that of a permission, which a user can do something about. */
export function isSystemError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const isCoded = "syscall" in error || ("code" in error && typeof error.code === "string");
  return isCoded || Object.values(deno?.errors ?? {}).some((kind) => error instanceof kind);
}
