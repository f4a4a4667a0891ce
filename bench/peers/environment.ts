/**
 * Makes the Python environment in which PyTorch is measured: `deno task bench:environment --out FOLDER` creates a
 * virtual environment and installs the current PyTorch from PyPI, or brings an existing one up to date. On Linux the
 * package brings CUDA's libraries, about 5 GB, although only the CPU is measured.
 */
import { type Command, type OptionSpecs, runCommand } from "../../cli/arguments/mod.ts";
import { InputRangeError } from "../../errors.ts";
import { path, runJSON } from "../support.ts";

const OPTIONS = {
  out: { kind: "path", value: "FOLDER", help: "folder of the environment" },
  python: { kind: "path", value: "PATH", help: "Python that creates the environment", default: "python3" },
} as const satisfies OptionSpecs;

/** Runs a program whose output the user sees. */
async function run(program: string, ...args: readonly string[]): Promise<void> {
  console.log([program, ...args].join(" "));
  const { success, code } = await new Deno.Command(program, { args: [...args], stdin: "null" }).spawn().status;
  if (!success) throw new RangeError(`run ${program}: expected exit code 0, found ${code}`);
}

const command: Command<typeof OPTIONS> = {
  options: OPTIONS,
  run: async ({ out, python = "python3" }) => {
    if (out === undefined) throw new InputRangeError("make an environment: expected --out FOLDER");
    const inside = Deno.build.os === "windows" ? `${out}/Scripts/python.exe` : `${out}/bin/python`;
    await run(python, "-m", "venv", out);
    await run(inside, "-m", "pip", "install", "--quiet", "--upgrade", "torch", "numpy");
    const { version } = await runJSON<{ version: string }>([inside, path("peers/pytorch.py"), '{"kind":"version"}']);
    console.log(`PyTorch ${version}\ndeno task bench:peers --python ${inside}`);
    return 0;
  },
};

if (import.meta.main) {
  Deno.exit(
    await runCommand(
      { name: "bench:environment", summary: "Install the PyTorch that the benchmarks compare with." },
      command,
      Deno.args,
    ),
  );
}
