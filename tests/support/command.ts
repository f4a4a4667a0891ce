// Runs the command line as a subprocess, with the permissions of the tasks in deno.json.

import { Buffer } from "node:buffer";
import { HISTORY } from "../../src/formats/directory_names.ts";
import type { CommandRequest } from "./command_host.ts";
import { Host, type Outcome } from "./host.ts";

export type { Outcome };

const CLI = decodeURIComponent(new URL("../../cli/main.ts", import.meta.url).pathname);
const TASKS: Record<string, { readonly command: string } | undefined> = JSON.parse(
  Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)),
).tasks;

/** The standard input of a command. */
export type Input = string | Uint8Array<ArrayBuffer>;

/** Options for starting a command. */
export interface StartOptions {
  /** The task whose permissions to use. Default: the task with the command's name. */
  readonly task?: string;
  /** Environment variables. */
  readonly env?: Readonly<Record<string, string>>;
  /** A shell command line that runs it as `"$@"`. */
  readonly shell?: string;
  /** Whether standard input is a pipe from this process. Default: no input. */
  readonly stdin?: boolean;
}

function permissionsOf(task: string): readonly string[] {
  return (TASKS[task]?.command ?? "").split(" ").filter((word) => word.startsWith("--allow-"));
}

function command(
  args: readonly string[],
  cwd?: string,
  { task = args[0], env, shell, stdin }: StartOptions = {},
): Deno.Command {
  const line = [Deno.execPath(), "run", "--quiet", "--no-prompt", ...permissionsOf(task), CLI, ...args];
  const [program, ...words] = shell === undefined ? line : ["sh", "-c", shell, "sh", ...line];
  return new Deno.Command(program, {
    args: words,
    cwd,
    stdin: stdin ? "piped" : "null",
    stdout: "piped",
    stderr: "piped",
    // As set by `deno task`.
    env: { NO_COLOR: "1", INIT_CWD: cwd ?? Deno.cwd(), ...env },
  });
}

/** Starts a command in a process of its own, in the directory `cwd`. Default: the current directory. */
export function startCommand(args: readonly string[], cwd?: string, options?: StartOptions): Deno.ChildProcess {
  return command(args, cwd, options).spawn();
}

/** Waits until a command exits. */
export async function outcomeOf(child: Deno.ChildProcess): Promise<Outcome> {
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const HOST = new URL("./command_host.ts", import.meta.url);
const hosts = new Map<string, Host<CommandRequest>>();

/**
 * Runs a command and waits until it exits. Commands with the same permissions share a process, in which they run one
 * after the other; `startCommand` starts one that can be killed, is given input or runs beside others.
 */
export async function runCommand(...args: string[]): Promise<Outcome> {
  return await runCommandIn(Deno.cwd(), ...args);
}

/** Runs a command in a directory, as `runCommand` does. */
export async function runCommandIn(directory: string, ...args: string[]): Promise<Outcome> {
  const permissions = permissionsOf(args[0]);
  if (permissions.length === 0) return await outcomeOf(startCommand(args, directory));
  return await hostOf(permissions).run({ args, cwd: directory });
}

/**
 * Runs a command that reads standard input, as `runCommand` does. A command that looks whether its input is a pipe,
 * since neither an option nor `-` asks for it, needs `pipeCommand`.
 */
export async function feedCommand(input: Input, ...args: string[]): Promise<Outcome> {
  return await feedCommandIn(Deno.cwd(), input, ...args);
}

/** Runs a command in a directory, as `feedCommand` does. */
export async function feedCommandIn(directory: string, input: Input, ...args: string[]): Promise<Outcome> {
  const bytes = Buffer.from(new Uint8Array(await new Blob([input]).arrayBuffer())).toString("base64");
  return await hostOf(permissionsOf(args[0])).run({ args, cwd: directory, input: bytes });
}

function hostOf(permissions: readonly string[]): Host<CommandRequest> {
  const key = permissions.join(" ");
  const host = hosts.get(key) ?? new Host(HOST, permissions);
  hosts.set(key, host);
  return host;
}

/** Runs a command with bytes as standard input in a process of its own, and waits until it exits. */
export async function pipeCommand(input: Input, ...args: string[]): Promise<Outcome> {
  const child = startCommand(args, undefined, { stdin: true });
  const outcome = outcomeOf(child);
  await new Blob([input]).stream().pipeTo(child.stdin);
  return await outcome;
}

/** Parses the output of a command with --json: one object per line. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

/** Runs `body` with a temporary directory, then removes it. */
export async function inTempDir<T>(body: (directory: string) => Promise<T>): Promise<T> {
  const directory = await Deno.makeTempDir();
  try {
    return await body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Reads every file under a directory, except the history of a run, which has times. Keys are relative paths. */
export function filesUnder(directory: string, prefix = ""): Map<string, Uint8Array> {
  const entries = [...Deno.readDirSync(directory)].filter(({ name }) => name !== HISTORY);
  const files = entries.flatMap(({ name, isDirectory }): [string, Uint8Array][] =>
    isDirectory
      ? [...filesUnder(`${directory}/${name}`, `${prefix}${name}/`)]
      : [[prefix + name, Deno.readFileSync(`${directory}/${name}`)]]
  );
  return new Map(files.sort(([a], [b]) => a < b ? -1 : 1));
}

/** Generates text in a small made-up language with some structure to learn. */
export function babble(length: number): string {
  const words = ["the", "cat", "sat", "on", "a", "mat", "and", "dog", "ran", "home"];
  let text = "";
  for (let i = 0, x = 7; text.length < length; i++) {
    x = (x * 1103515245 + 12345) % 2147483648;
    text += words[(x >> 8) % words.length] + (i % 7 === 6 ? "\n" : " ");
  }
  return text.slice(0, length);
}
