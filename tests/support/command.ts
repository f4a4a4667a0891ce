// The command line as a subprocess, with the permissions of the tasks in deno.json.

const CLI = decodeURIComponent(new URL("../../cli/main.ts", import.meta.url).pathname);
const TASKS: Record<string, { readonly command: string } | undefined> = JSON.parse(
  Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)),
).tasks;

/** How a command ended. */
export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How a command is started otherwise than by the task of its name. */
export interface StartOptions {
  /** The task whose permissions it has. */
  readonly task?: string;
  /** Variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** A shell's line that runs it, as `"$@"`. */
  readonly shell?: string;
  /** Whether it reads what this process writes to it; nothing where absent. */
  readonly stdin?: boolean;
}

function command(
  args: readonly string[],
  cwd?: string,
  { task = args[0], env, shell, stdin }: StartOptions = {},
): Deno.Command {
  const permissions = (TASKS[task]?.command ?? "").split(" ").filter((word) => word.startsWith("--allow-"));
  const line = [Deno.execPath(), "run", "--no-prompt", ...permissions, CLI, ...args];
  const [program, ...words] = shell === undefined ? line : ["sh", "-c", shell, "sh", ...line];
  return new Deno.Command(program, {
    args: words,
    cwd,
    stdin: stdin ? "piped" : "null",
    stdout: "piped",
    stderr: "piped",
    // As `deno task` has it.
    env: { NO_COLOR: "1", INIT_CWD: cwd ?? Deno.cwd(), ...env },
  });
}

/** Starts a command; `cwd` is the directory in which it runs, this process's own where absent. */
export function startCommand(args: readonly string[], cwd?: string, options?: StartOptions): Deno.ChildProcess {
  return command(args, cwd, options).spawn();
}

/** Waits for a command's end. */
export async function outcomeOf(child: Deno.ChildProcess): Promise<Outcome> {
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

/** Runs a command to its end. */
export async function runCommand(...args: string[]): Promise<Outcome> {
  return await outcomeOf(startCommand(args));
}

/** Runs a command to its end with bytes on its standard input. */
export async function pipeCommand(input: string | Uint8Array<ArrayBuffer>, ...args: string[]): Promise<Outcome> {
  const child = startCommand(args, undefined, { stdin: true });
  const outcome = outcomeOf(child);
  await new Blob([input]).stream().pipeTo(child.stdin);
  return await outcome;
}

/** The objects that a command with --json printed, one a line. */
export function jsonLines(stdout: string): Record<string, unknown>[] {
  return stdout.trim().split("\n").map((line) => JSON.parse(line));
}

/** Runs `body` with a new directory that is removed afterwards. */
export async function inTempDir(body: (directory: string) => Promise<void>): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    await body(directory);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** Every file under a directory by its path there, with its bytes. */
export function filesUnder(directory: string, prefix = ""): Map<string, Uint8Array> {
  const files = [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }): [string, Uint8Array][] =>
    isDirectory
      ? [...filesUnder(`${directory}/${name}`, `${prefix}${name}/`)]
      : [[prefix + name, Deno.readFileSync(`${directory}/${name}`)]]
  );
  return new Map(files.sort(([a], [b]) => a < b ? -1 : 1));
}

/** Words of a small made-up language: text that a model can learn something of. */
export function babble(length: number): string {
  const words = ["the", "cat", "sat", "on", "a", "mat", "and", "dog", "ran", "home"];
  let text = "";
  for (let i = 0, x = 7; text.length < length; i++) {
    x = (x * 1103515245 + 12345) % 2147483648;
    text += words[(x >> 8) % words.length] + (i % 7 === 6 ? "\n" : " ");
  }
  return text.slice(0, length);
}
