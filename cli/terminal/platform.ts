// Differences between the runtimes that the command line supports: Deno, Node.js and Bun.

import process from "node:process";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";

/** The permissions of Deno that the command line asks for. */
type Permission = { name: "env"; variable: string } | { name: "read" | "write"; path: string };

/** The part of Deno's API that the command line uses. */
interface DenoFunctions {
  readonly noColor: boolean;
  readonly errors: Readonly<Record<string, new () => Error>>;
  readonly permissions: {
    querySync(descriptor: Permission): { readonly state: string };
    revokeSync(descriptor: { name: "read" }): unknown;
  };
}

const deno = (globalThis as { readonly Deno?: DenoFunctions }).Deno;

/** File descriptors of the standard streams. */
const DESCRIPTORS = { input: 0, output: 1, error: 2 } as const;

/** Whether a standard stream is a terminal. */
export function isTerminal(stream: keyof typeof DESCRIPTORS): boolean {
  return isatty(DESCRIPTORS[stream]);
}

/** Whether standard output is a terminal and NO_COLOR is not set. */
export function isColoured(): boolean {
  return isTerminal("output") && !(deno?.noColor ?? environmentVariable("NO_COLOR"));
}

/**
 * Reads an environment variable. Returns undefined if it is unset or empty, or if Deno lacks the permission; never
 * prompts for it.
 */
export function environmentVariable(variable: string): string | undefined {
  if (deno && deno.permissions.querySync({ name: "env", variable }).state !== "granted") return undefined;
  return process.env[variable] || undefined;
}

/** Returns the working directory, or undefined if Deno lacks the permission; never prompts for it. */
export function workingDirectory(): string | undefined {
  if (deno && deno.permissions.querySync({ name: "read", path: "." }).state !== "granted") return undefined;
  return process.cwd();
}

/** Whether the program may write a file, as far as the runtime has permissions; never prompts for it. */
export function mayWrite(path: string): boolean {
  return !deno || deno.permissions.querySync({ name: "write", path }).state === "granted";
}

/** The main module of the command line. */
const PROGRAM = new URL("../main.ts", import.meta.url);

/**
 * Gives up the permission to read files for the rest of the process, if the runtime has permissions. Does nothing if
 * another program called the command line, since that program may go on reading.
 */
export function giveUpReading(): void {
  if (!deno || PROGRAM.protocol !== "file:" || process.argv[1] !== fileURLToPath(PROGRAM)) return;
  deno.permissions.revokeSync({ name: "read" });
}

/** Resident set size of the process, in bytes. */
export function residentBytes(): number {
  return process.memoryUsage().rss;
}

/** Whether an error means that the reader of a pipe has gone. */
export function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && (error.name === "BrokenPipe" || ("code" in error && error.code === "EPIPE"));
}

/**
 * Whether an error comes from the operating system or from a missing permission, so that the user can fix its cause.
 */
export function isSystemError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const isCoded = "syscall" in error || ("code" in error && typeof error.code === "string");
  return isCoded || Object.values(deno?.errors ?? {}).some((kind) => error instanceof kind);
}
