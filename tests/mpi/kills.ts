// Kills random ranks at random moments and resumes the runs: `deno task crash:mpi --kills 20 --seed 7`. Fails if a rank
// goes on for more than 30 seconds after another has been killed, if more than the steps since the last checkpoint are
// lost, or if a run does not resume.

import { assert, assertEquals } from "@std/assert";
import { babble, inTempDir } from "../support/command.ts";
import { seededRandom } from "../support/random.ts";
import { end, type Launcher, launchers, start } from "./launcher.ts";

/** Most seconds until all ranks have ended. */
const MOST_SECONDS = 30;
const RANKS = 3;
/** Steps between checkpoints. */
const SAVE_EVERY = 5;

/** The processes that a process has started, and theirs, that run Deno. */
async function ranksOf(parent: number): Promise<number[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-eo", "pid=,ppid=,comm="] }).output();
  const rows = new TextDecoder().decode(stdout).trim().split("\n").map((line) => line.trim().split(/\s+/));
  const found: number[] = [];
  for (const parents = [parent]; parents.length > 0;) {
    const own = parents.pop()!;
    for (const [pid, of, name] of rows) {
      if (Number(of) !== own) continue;
      if (name.startsWith("deno")) found.push(Number(pid));
      parents.push(Number(pid));
    }
  }
  return found.sort((a, b) => a - b);
}

async function stepOf(model: string): Promise<number> {
  const text = await Deno.readTextFile(`${model}/training_state.json`).catch(() => undefined);
  return text === undefined ? 0 : JSON.parse(text).progress.step;
}

/** Kills one rank of a run of a launcher, and returns the seconds in which all others ended. */
async function killOnce(launcher: Launcher, directory: string, random: () => number): Promise<number> {
  const model = `${directory}/model`;
  const before = await stepOf(model);
  const shape = ["--hidden", "16", "--embed", "8", "--batch", "12", "--bptt", "16", "--schedule", "constant"];
  const beginning = ["--data", `${directory}/text.txt`, "--out", model, ...shape];
  const options = ["--max-steps", "1000000", "--json", "--log-every", "1", "--save-every", String(SAVE_EVERY)];
  const child = start(launcher, RANKS, ["train-lm", ...before === 0 ? beginning : ["--resume", model], ...options]);
  const reader = child.stdout.getReader();
  const errors = new Response(child.stderr).text();
  let [text, wanted] = ["", Math.floor(2 + random() * 20)];
  while (wanted > 0) {
    const { value, done } = await reader.read();
    assert(!done, `the run ended by itself: ${text.slice(-500)} ${done && await errors}`);
    text += new TextDecoder().decode(value);
    wanted -= new TextDecoder().decode(value).split('"event":"step"').length - 1;
  }
  await new Promise((resolve) => setTimeout(resolve, random() * 30));
  const ranks = await ranksOf(child.pid);
  assertEquals(ranks.length, RANKS);
  const began = performance.now();
  Deno.kill(ranks[Math.floor(random() * RANKS)], "SIGKILL");
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    text += new TextDecoder().decode(read.value);
  }
  await child.status;
  await errors;
  const seconds = (performance.now() - began) / 1e3;
  assert(seconds < MOST_SECONDS, `the ranks ended after ${seconds} seconds`);
  const last = text.split("\n").filter((line) => line.includes('"event":"step"') && line.endsWith("}")).at(-1)!;
  const reached: number = JSON.parse(last).step;
  const kept = await stepOf(model);
  assert(kept >= reached - SAVE_EVERY && kept >= before, `${reached} steps taken, ${kept} kept`);
  return seconds;
}

/** Kills ranks of runs, and resumes each after every kill. Returns the most seconds until all ranks had ended. */
export async function killRanks(launcher: Launcher, kills: number, seed: number): Promise<number> {
  const random = seededRandom(seed);
  return await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, babble(6000));
    let most = 0;
    for (let i = 0; i < kills; i++) most = Math.max(most, await killOnce(launcher, directory, random));
    const steps = String(await stepOf(`${directory}/model`) + 1);
    const resume = ["--resume", `${directory}/model`, "--max-steps", steps, "--quiet"];
    const { code, errors } = await end(start(launcher, RANKS, ["train-lm", ...resume]));
    assertEquals(code, 0, errors);
    return most;
  });
}

if (import.meta.main) {
  const option = (name: string, otherwise: number): number => {
    const at = Deno.args.indexOf(name);
    return at < 0 ? otherwise : Number(Deno.args[at + 1]);
  };
  const [kills, seed] = [option("--kills", 20), option("--seed", Date.now() % 1e6)];
  const found = launchers();
  for (const [i, launcher] of found.entries()) {
    const own = Math.floor((i + 1) * kills / found.length) - Math.floor(i * kills / found.length);
    const seconds = await killRanks(launcher, own, seed + i);
    console.log(
      `${launcher.name}: ${own} kills with seed ${seed + i}, all ranks ended within ${seconds.toFixed(1)} s; ` +
        `no run lost more than ${SAVE_EVERY} steps, and all went on`,
    );
  }
}
