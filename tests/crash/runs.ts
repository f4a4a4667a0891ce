// Training runs that are killed, or whose disk is full, and then resumed.

import { assert, assertEquals } from "@std/assert";
import { filesUnder, inTempDir, outcomeOf, runCommand, startCommand } from "../support/command.ts";
import { seededRandom } from "../support/random.ts";

const DATA = decodeURIComponent(new URL("../goldens/runs/command_line/", import.meta.url).pathname);

/** A small training run. */
export interface Run {
  /** The task's name. */
  readonly task: string;
  /** The command and its options, without `--out`. */
  readonly command: readonly string[];
}

/** A run of each task: some hundred steps, with randomness in every step. */
export const RUNS: readonly Run[] = [
  {
    task: "language-modeling",
    command: [
      ...["train-lm", "--data", `${DATA}text.txt`, "--test-fraction", "0.1"],
      ..."--hidden 12 --embed 8 --batch 4 --bptt 16 --epochs 12 --dropout 0.2 --patience 100 --schedule constant".split(
        " ",
      ),
    ],
  },
  {
    task: "classification",
    command: [
      ...["train-classifier", "--data", `${DATA}texts.csv`, "--valid-fraction", "0.2"],
      ..."--hidden 6 --embed 6 --batch 8 --epochs 12 --word-dropout 0.2 --patience 100".split(" "),
    ],
  },
  {
    task: "translation",
    command: [
      ...["train-translation", "--data", `${DATA}pairs.tsv`, "--tokenizer", "char", "--valid-fraction", "0.2"],
      ..."--hidden 8 --embed 8 --batch-tokens 100 --epochs 12 --dropout 0.2 --patience 100 --schedule constant".split(
        " ",
      ),
    ],
  },
];

/** The files that hold the numbers of a run. */
const NUMBERS = ["model.safetensors", "training_state.safetensors"];

/**
 * Kills a run `kills` times at random moments, resumes it each time, and compares its last files with those of a run
 * that was never killed. Returns how many kills hit the run.
 */
export async function killAndResume({ command }: Run, kills: number, seed: number): Promise<number> {
  const random = seededRandom(seed);
  return await inTempDir(async (directory) => {
    const [whole, killed] = [`${directory}/whole`, `${directory}/killed`];
    await succeed(...command, "--out", whole, "--quiet");
    await succeed(...command, "--out", killed, "--save-every", "1", "--max-steps", "1", "--quiet");
    let hits = 0;
    for (let i = 0; i < kills; i++) hits += await killOnce(command[0], killed, random) ? 1 : 0;
    await resumeAndCompare(command[0], killed, whole);
    return hits;
  });
}

/** Resumes a run, waits for a few events and a few milliseconds, and kills it. Returns whether it was still running. */
async function killOnce(command: string, out: string, random: () => number): Promise<boolean> {
  const options = ["--max-steps", "100000", "--json", "--log-every", "1", "--save-every", "1"];
  const child = startCommand([command, "--resume", out, ...options]);
  const reader = child.stdout.getReader();
  let isOver = false;
  for (let events = 1 + random() * 4; events > 0 && !isOver; events--) isOver = (await reader.read()).done;
  await new Promise((resolve) => setTimeout(resolve, random() * 30));
  child.kill("SIGKILL");
  while (!(await reader.read()).done);
  const [{ signal }] = await Promise.all([child.status, child.stderr.cancel()]);
  return !isOver && signal === "SIGKILL";
}

/** Resumes a run until it ends, and compares its files with those of a whole one. */
export async function resumeAndCompare(command: string, out: string, whole: string): Promise<void> {
  await succeed(command, "--resume", out, "--max-steps", "100000", "--quiet");
  for (const name of NUMBERS) {
    assertEquals(await Deno.readFile(`${out}/${name}`), await Deno.readFile(`${whole}/${name}`), name);
  }
}

/**
 * Runs on a disk with room for one set of files and a half, so that a save fails, and resumes from what is left on
 * another disk. Returns the error's line, or undefined if this system does not let a user mount a small disk.
 */
export async function fillDisk({ command }: Run): Promise<string | undefined> {
  return await inTempDir(async (directory) => {
    const [whole, disk, left] = ["whole", "disk", "left"].map((name) => `${directory}/${name}`);
    await succeed(...command, "--out", whole, "--quiet");
    await Deno.mkdir(disk);
    const bytes = [...filesUnder(whole).values()].reduce((sum, { length }) => sum + Math.ceil(length / 4096) * 4096, 0);
    const mount = (size: number, then: string): string =>
      `unshare -Urm sh -c 'mount -t tmpfs -o size=${size} tmpfs ${disk} 2>/dev/null || exit 77; ${then}' sh "$@"`;
    const shell = mount(Math.ceil(bytes * 1.5), `"$@"; code=$?; cp -r ${disk} ${left}; exit $code`);
    const args = [...command, "--out", `${disk}/model`, "--save-every", "1", "--quiet"];
    const { code, stderr } = await outcomeOf(startCommand(args, directory, { shell }));
    if (code === 77 || /unshare/.test(stderr)) return undefined;
    assertEquals(code, 1, stderr);
    await resumeAndCompare(command[0], `${left}/model`, whole);
    return stderr;
  });
}

async function succeed(...args: readonly string[]): Promise<void> {
  const { code, stderr } = await runCommand(...args);
  assertEquals(code, 0, stderr);
}

/** Asserts that most kills hit the run; others may come when it has just ended. */
export function assertHits(hits: number, kills: number): void {
  assert(hits >= kills * 0.75, `expected most of ${kills} kills to hit a run under way, found ${hits}`);
}
