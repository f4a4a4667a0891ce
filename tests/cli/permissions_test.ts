// Each command works with permission for its own paths alone, never asks for more, and writes only what it is told.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { LAUNCHER_VARIABLES } from "../../src/distributed/launcher.ts";
import { babble, filesUnder, inTempDir, type Outcome } from "../support/command.ts";

const CLI = decodeURIComponent(new URL("../../cli/main.ts", import.meta.url).pathname);
const TASKS: Record<string, { readonly command: string }> = JSON.parse(
  await Deno.readTextFile(new URL("../../deno.json", import.meta.url)),
).tasks;
const OWN = Object.entries(TASKS).filter(([, { command }]) => / cli\/main\.ts [\w-]+$/.test(command));

const RUN = ["--threads", "2"];
const SMALL = [...RUN, "--max-steps", "2", "--hidden", "4", "--embed", "4"];

/** A command, the paths that it may read and write, and its standard input. */
interface Narrow {
  readonly args: readonly string[];
  readonly read: readonly string[];
  readonly write?: readonly string[];
  readonly input?: string;
}

async function run(cwd: string, { args, read, write = [], input = "" }: Narrow): Promise<Outcome> {
  const grants = [["read", read], ["write", write]] as const;
  const permissions = grants.flatMap(([name, paths]) => paths.length > 0 ? [`--allow-${name}=${paths}`] : []);
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--no-check", ...permissions, CLI, ...args],
    cwd,
    env: { NO_COLOR: "1" },
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const output = child.output();
  await new Blob([input]).stream().pipeTo(child.stdin).catch(() => {});
  const { code, stdout, stderr } = await output;
  return { code, stdout: new TextDecoder().decode(stdout), stderr: new TextDecoder().decode(stderr) };
}

/** Writes small data of every kind. */
async function writeData(directory: string): Promise<void> {
  for (const folder of ["words", "drawings"]) await Deno.mkdir(`${directory}/${folder}`);
  const numbers = Array.from({ length: 30 }, (_, i) => i);
  await Deno.writeTextFile(`${directory}/my.txt`, babble(5000));
  await Deno.writeTextFile(
    `${directory}/my.csv`,
    "label,text\n" + numbers.map((i) => `l${i % 2},word ${i}\n`).join(""),
  );
  await Deno.writeTextFile(`${directory}/my.tsv`, numbers.map((i) => `a ${i}\tb ${i}\n`).join(""));
}

/** Commands in an order in which each finds the files that it needs. */
const COMMANDS: readonly Narrow[] = [
  { args: ["train-lm", "--data", "my.txt", "--out", "lm", ...SMALL], read: ["my.txt", "lm"], write: ["lm"] },
  { args: ["generate", "--model", "lm", ...RUN, "--max-tokens", "5", "the"], read: ["lm"] },
  { args: ["generate", "--model", "lm", ...RUN, "--max-tokens", "5", "-"], read: ["lm"], input: "the" },
  { args: ["generate", "--model", "lm", ...RUN, "--count", "2", "--max-tokens", "5"], read: ["lm"] },
  { args: ["evaluate", "--model", "lm", "--data", "my.txt", ...RUN], read: ["lm", "my.txt"] },
  {
    args: ["evaluate", "--model", "lm", "--data", "my.txt", "--per-line", "--out", "drawings/lines.tsv", ...RUN],
    read: ["lm", "my.txt", "drawings"],
    write: ["drawings"],
  },
  {
    args: ["train-classifier", "--data", "my.csv", "--out", "c", "--tensorboard", "board", ...SMALL],
    read: ["my.csv", "c", "board"],
    write: ["c", "board"],
  },
  {
    args: ["train-classifier", "--data", "my.csv", "--out", "d", ...SMALL, "--autotune", "0.02"],
    read: ["my.csv", "d"],
    write: ["d"],
  },
  { args: ["classify", "--model", "c", ...RUN, "word 1", "word 2"], read: ["c"] },
  { args: ["classify", "--model", "c", ...RUN, "--explain"], read: ["c"], input: "word 1\nword 2\n" },
  { args: ["evaluate", "--model", "c", "--data", "my.csv", ...RUN], read: ["c", "my.csv"] },
  { args: ["train-translation", "--data", "my.tsv", "--out", "t", ...SMALL], read: ["my.tsv", "t"], write: ["t"] },
  { args: ["translate", "--model", "t", ...RUN, "a 1"], read: ["t"] },
  { args: ["translate", "--model", "t", ...RUN], read: ["t"], input: "a 1\na 2\n" },
  { args: ["translate", "--model", "t", ...RUN, "--attention", "-", "a 1"], read: ["t"] },
  {
    args: ["translate", "--model", "t", ...RUN, "--attention", "drawings/w.svg", "a 1"],
    read: ["t", "drawings"],
    write: ["drawings"],
  },
  { args: ["evaluate", "--model", "t", "--data", "my.tsv", ...RUN], read: ["t", "my.tsv"] },
  { args: ["info", "lm"], read: ["lm"] },
  { args: ["report", "lm", "--out", "-"], read: ["lm"] },
  { args: ["report", "lm", "--out", "drawings/r.html"], read: ["lm", "drawings"], write: ["drawings"] },
  {
    args: ["export", "--model", "lm", "--format", "onnx", "--out", "drawings/lm.onnx"],
    read: ["lm", "drawings"],
    write: ["drawings"],
  },
  { args: ["score", "--hyp", "my.txt", "--ref", "my.txt"], read: ["my.txt"] },
  { args: ["tokenize", "--tokenizer", "lm"], read: ["lm"], input: "the cat\n" },
  {
    args: ["train-tokenizer", "--data", "my.txt", "--model", "word", "--out", "words/tokenizer.json"],
    read: ["my.txt", "words"],
    write: ["words"],
  },
];

Deno.test("every command works with permission for its own paths, and writes nothing elsewhere", async () => {
  await inTempDir(async (directory) => {
    await writeData(directory);
    for (const command of COMMANDS) {
      const name = command.args.join(" ");
      const before = filesUnder(directory);
      const { code, stdout, stderr } = await run(directory, command);
      assertEquals(code, 0, `${name}: ${stderr}`);
      assert(stdout !== "", name);
      for (const [path, bytes] of filesUnder(directory)) {
        const isTold = command.write?.some((own) => path === own || path.startsWith(`${own}/`)) ?? false;
        if (!isTold) assertEquals(bytes, before.get(path), `${name} wrote ${path}`);
      }
    }
  });
});

Deno.test("a missing permission is one line that names it", async () => {
  await inTempDir(async (directory) => {
    await writeData(directory);
    const train = ["train-lm", "--data", "my.txt", "--out", "lm", ...SMALL];
    const cases: [Narrow, string][] = [
      [{ args: train, read: [] }, "--allow-read"],
      [{ args: train, read: ["my.txt", "lm"] }, "--allow-write"],
      [{ args: [...train, "--watch"], read: ["my.txt", "lm"], write: ["lm"] }, "--allow-net=127.0.0.1"],
      [{ args: ["generate", "--model", "my.txt"], read: [] }, "--allow-read"],
      [{ args: ["generate"], read: [] }, "--allow-read"],
      [{ args: ["train-lm", "--resume", "lm"], read: [] }, "--allow-read"],
      [{ args: ["evaluate", "--model", "lm", "--data", "my.txt"], read: [] }, "--allow-read"],
      [{ args: ["score", "--hyp", "my.txt", "--ref", "my.txt"], read: [] }, "--allow-read"],
      [{ args: ["tokenize", "--tokenizer", "lm"], read: [] }, "--allow-read"],
    ];
    for (const [command, permission] of cases) {
      const { code, stderr } = await run(directory, command);
      const lines = stderr.trimEnd().split("\n");
      assertEquals([code, lines.length], [1, 1], `${command.args}: ${stderr}`);
      assertStringIncludes(lines[0], permission, command.args.join(" "));
      assert(/^error: (?:read|write|train into|--out|listen at) [\w./]+: /.test(lines[0]), lines[0]);
    }
  });
});

Deno.test("few tasks may write, those that read videos or sounds may run ffmpeg alone, few may listen, and none may prompt", () => {
  assert(OWN.length > 10);
  for (const [name, { command }] of OWN) {
    assertEquals([name, command.includes("--allow-write")], [
      name,
      /^(?:train-|scan|forecast|watch|evaluate|report|export|import|compose|harmonize)/.test(name),
    ]);
    assert(/^deno run (?:--quiet )?--no-prompt /.test(command), name);
    assert(!/--allow-(?:net(?!=127\.0\.0\.1 )|sys|all|import|run(?!=ffmpeg ))|-A\b/.test(command), name);
    // `serve` answers requests; training does with --watch, and browsers reach nothing but ports.
    const listens = /^(?:serve|train-(?!tokenizer))/.test(name);
    assertEquals([name, command.includes("--allow-net")], [name, listens]);
    const decodes = /^(?:train-classifier|classify|evaluate|watch|train-speech|transcribe)/.test(name);
    assertEquals([name, command.includes("--allow-run")], [name, decodes]);
  }
});

Deno.test("every task that trains a model may read the variables of launchers, without which ranks train alone", () => {
  const training = OWN.filter(([name]) => /^train-(?!tokenizer)/.test(name));
  assert(training.length > 10);
  for (const [name, { command }] of training) {
    const granted = command.match(/--allow-env=(\S+)/)?.[1].split(",") ?? [];
    assertEquals([name, LAUNCHER_VARIABLES.filter((variable) => !granted.includes(variable))], [name, []]);
  }
});

Deno.test("a reader gives up reading once its model is read", async () => {
  await inTempDir(async (directory) => {
    const audit = `${directory}/reader.ts`;
    // The program imitates the command line as the main module, and then looks at the permission.
    const source = `import { giveUpReading } from ${
      JSON.stringify(new URL("../../cli/terminal/mod.ts", import.meta.url))
    };
import process from "node:process";
giveUpReading();
const other = Deno.permissions.querySync({ name: "read" }).state;
process.argv[1] = ${JSON.stringify(CLI)};
giveUpReading();
console.log(other, Deno.permissions.querySync({ name: "read" }).state);`;
    await Deno.writeTextFile(audit, source);
    const { stdout } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--no-prompt",
        "--no-check",
        "--allow-read",
        "--config",
        new URL("../../deno.json", import.meta.url).pathname,
        audit,
      ],
    }).output();
    assertEquals(new TextDecoder().decode(stdout), "granted prompt\n");
  });
});
