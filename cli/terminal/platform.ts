// Differences between the runtimes that the command line supports: Deno, Node.js and Bun.

import { spawn } from "node:child_process";
import process from "node:process";
import { isatty } from "node:tty";
import { fileURLToPath } from "node:url";
import type { RunningProgram, StartProgram } from "../../tasks/data/mod.ts";

/** The permissions of Deno that the command line asks for. */
type Permission =
  | { name: "env"; variable: string }
  | { name: "read" | "write"; path: string }
  | { name: "net"; host: string };

/** The part of Deno's API that the command line uses. */
interface DenoFunctions {
  readonly noColor: boolean;
  readonly errors: Readonly<Record<string, new () => Error>>;
  readonly permissions: {
    querySync(descriptor: Permission): { readonly state: string };
    revokeSync(descriptor: { name: "read" }): unknown;
  };
  readonly Command: new (name: string, options: {
    readonly args: string[];
    readonly stdin: "piped" | "inherit" | "null";
    readonly stdout: "piped";
    readonly stderr: "piped";
  }) => { spawn(): DenoChild };
}

/** A running program in Deno. */
interface DenoChild {
  readonly stdin: WritableStream<Uint8Array>;
  readonly stdout: ReadableStream<Uint8Array>;
  readonly stderr: ReadableStream<Uint8Array>;
  readonly status: Promise<{ readonly code: number }>;
  kill(): void;
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

/** Whether the program may open a port, as far as the runtime has permissions; never prompts for it. */
export function mayListen(host: string, port: number): boolean {
  const address = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return !deno || deno.permissions.querySync({ name: "net", host: address }).state === "granted";
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

/** Starts a program; returns undefined if there is none of the name. Deno needs the permission to run it. */
export function startProgram(...program: Parameters<StartProgram>): RunningProgram | undefined {
  try {
    return deno ? startInDeno(deno, ...program) : startInNode(...program);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
}

type Arguments = Parameters<StartProgram>;

function startInDeno({ Command }: DenoFunctions, ...[name, args, input]: Arguments): RunningProgram {
  const stdin = input === undefined ? "null" : input === "inherit" ? "inherit" : "piped";
  const child = new Command(name, { args: [...args], stdin, stdout: "piped", stderr: "piped" }).spawn();
  const messages = new Response(child.stderr).text();
  // A program that ends before it has read everything says why itself.
  const fed = typeof input === "object" ? feed(input, child.stdin.getWriter()) : undefined;
  const ended = Promise.all([child.status, messages, fed]).then(([{ code }, messages]) => ({ code, messages }));
  // Whoever stops the program early does not wait for its end.
  ended.catch(() => undefined);
  const stop = (): void => {
    try {
      child.kill();
    } catch {
      // It has ended.
    }
  };
  return { output: child.stdout, ended, stop };
}

function startInNode(...[name, args, input]: Arguments): RunningProgram | undefined {
  const stdin = input === undefined ? "ignore" : input === "inherit" ? "inherit" : "pipe";
  const child = spawn(name, args, { stdio: [stdin, "pipe", "pipe"] });
  child.on("error", () => undefined);
  if (child.pid === undefined) return undefined;
  let messages = "";
  child.stderr!.setEncoding("utf8").on("data", (text) => messages += text);
  if (typeof input === "object") {
    const { stdin } = child;
    stdin!.on("error", () => undefined);
    const write = (bytes: Uint8Array): Promise<void> =>
      new Promise((done, fail) => stdin!.write(bytes, (error) => error ? fail(error) : done()));
    feed(input, { write, close: () => Promise.resolve(void stdin!.end()) }).catch((error) =>
      child.emit("error", error)
    );
  }
  const ended = new Promise<{ code: number; messages: string }>((done) =>
    child.on("close", (code) => done({ code: code ?? 1, messages }))
  );
  return { output: child.stdout!, ended, stop: () => void child.kill() };
}

/** Takes bytes one after the other. */
interface Sink {
  write(bytes: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** Writes everything to a program, which may end before it has read it. */
async function feed(
  input: AsyncIterable<Uint8Array>,
  sink: Sink,
): Promise<void> {
  for await (const bytes of input) {
    try {
      await sink.write(bytes);
    } catch {
      return;
    }
  }
  await sink.close().catch(() => undefined);
}
