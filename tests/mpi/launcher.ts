/** A launcher of MPI. */
export interface Launcher {
  /** The implementation. */
  readonly name: string;
  /** Its program. */
  readonly program: string;
  /** Its options before the number of ranks. */
  readonly options: readonly string[];
}

const LAUNCHERS: readonly Launcher[] = [
  { name: "Open MPI", program: "mpirun.openmpi", options: ["--oversubscribe", "--bind-to", "none", "--quiet"] },
  { name: "MPICH", program: "mpirun.mpich", options: [] },
];

const ROOT = new URL("../../", import.meta.url);
const CLI = decodeURIComponent(new URL("cli/main.ts", ROOT).pathname);
const { tasks: TASKS }: { tasks: Record<string, { readonly command: string }> } = JSON.parse(
  Deno.readTextFileSync(new URL("deno.json", ROOT)),
);

/** Environment of the launchers; root may not use Open MPI's without being told twice. */
const ENVIRONMENT = {
  NO_COLOR: "1",
  OMPI_ALLOW_RUN_AS_ROOT: "1",
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
  PRTE_ALLOW_RUN_AS_ROOT: "1",
  PRTE_ALLOW_RUN_AS_ROOT_CONFIRM: "1",
  ELMAN_BLAS: "off",
};

/** The launchers that this machine has; says which it lacks. */
export function launchers(): Launcher[] {
  return LAUNCHERS.flatMap((launcher) => {
    const { name, program, options } = launcher;
    try {
      const { success, stdout } = new Deno.Command(program, { args: ["--version"], stderr: "null" }).outputSync();
      // Open MPI 5 no longer has this option.
      const isLoud = /Open MPI\) [5-9]/.test(new TextDecoder().decode(stdout));
      return success ? [{ ...launcher, options: options.filter((option) => !isLoud || option !== "--quiet") }] : [];
    } catch {
      console.warn(`skip ${name}: expected ${program}, found none; install openmpi-bin and mpich`);
      return [];
    }
  });
}

/** How ranks run. */
export interface RankSetup {
  /** Their working directory. Default: that of the launcher. */
  readonly directory?: string;
  /** Path of an import map that replaces that of deno.json. */
  readonly importMap?: string;
}

/** The words that run a script with permissions. */
function scriptLine(permissions: readonly string[], script: string, { importMap }: RankSetup = {}): string[] {
  const map = importMap === undefined ? [] : [`--import-map=${importMap}`];
  return [Deno.execPath(), "run", "-q", "--no-prompt", "--no-check", ...map, ...permissions, script];
}

/** The words that run a command with the permissions of its task for native libraries. */
function commandLine(args: readonly string[], setup: RankSetup): string[] {
  const permissions = TASKS[`${args[0]}:native`].command.split(" ").filter((word) => word.startsWith("--allow-"));
  return [...scriptLine(permissions, CLI, setup), ...args];
}

/** Starts ranks that run the command line. */
export function start(launcher: Launcher, ranks: number, args: readonly string[]): Deno.ChildProcess {
  return startParts(launcher, [[ranks, args]]);
}

/** Starts ranks that run a script of this folder with all permissions. */
export function startScript(launcher: Launcher, ranks: number, script: string): Deno.ChildProcess {
  const path = decodeURIComponent(new URL(script, import.meta.url).pathname);
  return launch(launcher, ["-n", String(ranks), ...scriptLine(["--allow-all"], path)]);
}

/** Starts ranks with different arguments, some of them in other directories. */
export function startParts(
  launcher: Launcher,
  parts: readonly (readonly [ranks: number, args: readonly string[], setup?: RankSetup])[],
  cwd?: string,
): Deno.ChildProcess {
  const words = parts.map(([ranks, args, setup = {}]) => [
    ...["-n", String(ranks)],
    ...setup.directory === undefined ? [] : ["-wdir", setup.directory],
    ...commandLine(args, setup),
  ]);
  return launch(launcher, words.flatMap((own, i) => i === 0 ? own : [":", ...own]), cwd);
}

function launch({ program, options }: Launcher, words: readonly string[], cwd?: string): Deno.ChildProcess {
  return new Deno.Command(program, {
    args: [...options, ...words],
    cwd,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    env: ENVIRONMENT,
  }).spawn();
}

/** The output of ranks that have ended, and their exit code. */
export interface Ended {
  readonly code: number;
  readonly output: string;
  readonly errors: string;
  readonly seconds: number;
}

/** Waits for ranks to end. */
export async function end(child: Deno.ChildProcess): Promise<Ended> {
  const began = performance.now();
  const { code, stdout, stderr } = await child.output();
  const [output, errors] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, output, errors, seconds: (performance.now() - began) / 1e3 };
}

/** The messages of the command line in what a launcher and its ranks have printed. */
export function messagesIn({ output, errors }: Ended): string[] {
  return `${output}\n${errors}`.split("\n").filter((line) => /^(?:error|warning): /.test(line));
}
