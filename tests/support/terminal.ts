// Runs command lines on a pseudo-terminal, through the program `script`.

const TASKS: Record<string, { readonly command: string } | undefined> = JSON.parse(
  Deno.readTextFileSync(new URL("../../deno.json", import.meta.url)),
).tasks;
const CLI = decodeURIComponent(new URL("../../cli/main.ts", import.meta.url).pathname);

/** Runs a shell command line on a pseudo-terminal and returns its exit code and output. */
export async function runOnTerminal(
  line: string,
  cwd: string,
  env: Readonly<Record<string, string>> = { NO_COLOR: "1" },
): Promise<[code: number, text: string]> {
  const { code, stdout } = await new Deno.Command("script", {
    args: ["-qec", line, "/dev/null"],
    cwd,
    env: { INIT_CWD: cwd, ...env },
    stdin: "null",
    signal: AbortSignal.timeout(60_000),
  }).output();
  return [code, new TextDecoder().decode(stdout)];
}

/** Returns the shell command line of a command with the permissions of its task in deno.json. */
export function commandLine(name: string, ...args: string[]): string {
  const permissions = (TASKS[name]?.command ?? "").split(" ").filter((word) => word.startsWith("--allow-"));
  const quoted = args.map((arg) => `'${arg.replaceAll("'", `'\\''`)}'`);
  return [Deno.execPath(), "run", "--no-check", ...permissions, CLI, name, ...quoted].join(" ");
}

/** Whether the program `script` is installed. */
export async function hasTerminals(): Promise<boolean> {
  const version = await new Deno.Command("script", { args: ["--version"], stdout: "null" }).output().catch(() => null);
  return version?.success ?? false;
}
