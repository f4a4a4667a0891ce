import { assert, assertEquals, assertMatch } from "@std/assert";
import { babble, inTempDir } from "../support/command.ts";
import { end, type Ended, launchers, messagesIn, start, startParts } from "./launcher.ts";

const TEXT = babble(6000);

/** Arguments of a training of 40 steps. */
function training(directory: string, ...more: string[]): string[] {
  const usual = { "--batch": "12", "--hidden": "16", "--max-steps": "40", ...Object.fromEntries(pairsOf(more)) };
  return [
    "train-lm",
    ...["--data", `${directory}/text.txt`, "--out", `${directory}/model`, "--json", "--log-every", "1"],
    ...["--embed", "8", "--dropout", "0", "--bptt", "16"],
    ...Object.entries(usual).flat(),
  ];
}

/** The options and their values. */
function pairsOf(words: readonly string[]): [option: string, value: string][] {
  return Array.from({ length: words.length / 2 }, (_, i) => [words[2 * i], words[2 * i + 1]]);
}

/** The losses of the steps that a training has printed. */
function lossesIn({ output, errors, code }: Ended): number[] {
  assertEquals(code, 0, errors);
  const events = output.trim().split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  return events.filter(({ event }) => event === "step").map(({ loss }) => loss);
}

async function withText(body: (directory: string) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, TEXT);
    await body(directory);
  });
}

for (const launcher of launchers()) {
  const { name } = launcher;

  Deno.test(`${name}: 1, 2, 3 and 4 ranks have the same losses, and a second run has the same bits`, async () => {
    await withText(async (directory) => {
      const run = async (ranks: number, ...more: string[]) =>
        lossesIn(await end(start(launcher, ranks, training(directory, ...more))));
      const one = await run(1);
      assertEquals(one.length, 40);
      for (const ranks of [2, 3, 4]) {
        const found = await run(ranks);
        assertEquals(found.length, 40);
        found.forEach((loss, i) => assert(Math.abs(loss - one[i]) <= 1e-5, `${ranks} ranks, step ${i + 1}`));
        if (ranks === 3) assertEquals(await run(ranks), found);
      }
      assert((await run(2, "--gradient-precision", "bf16")).every(Number.isFinite));
      assert((await run(2, "--sync-every", "4")).every(Number.isFinite));
    });
  });

  Deno.test(`${name}: gradients exchanged during the backward pass and after it have the same losses`, async () => {
    await withText(async (directory) => {
      const large = training(directory, "--hidden", "300", "--layers", "2", "--max-steps", "4");
      const run = async (...more: string[]) => lossesIn(await end(start(launcher, 3, [...large, ...more])));
      const found = await run();
      assertEquals(found.length, 4);
      assertEquals(await run("--no-overlap"), found);
    });
  });

  Deno.test(`${name}: a run resumes with the same bits, and says so if the number of ranks is another`, async () => {
    await withText(async (directory) => {
      const long = ["--schedule", "constant"];
      const whole = lossesIn(await end(start(launcher, 2, training(directory, ...long))));
      await Deno.remove(`${directory}/model`, { recursive: true });
      await end(start(launcher, 2, training(directory, ...long, "--max-steps", "25")));
      await Deno.rename(`${directory}/model`, `${directory}/first`);
      const resume = ["--resume", `${directory}/first`, "--max-steps", "40", "--json", "--log-every", "1"];
      assertEquals(lossesIn(await end(start(launcher, 2, ["train-lm", ...resume]))), whole.slice(25));
      const other = await end(start(launcher, 3, ["train-lm", "--resume", `${directory}/first`, "--max-steps", "50"]));
      assertMatch(other.output.replaceAll("\n", " "), /saved by 2 ranks and goes on with 3/);
    });
  });

  Deno.test(`${name}: what is wrong on a rank is said once, with the rank`, async () => {
    await withText(async (directory) => {
      const refused = async (ended: Promise<Ended>, message: RegExp) => {
        const found = await ended;
        const messages = messagesIn(found);
        assert(found.code !== 0);
        assertEquals(messages.length, 1, messages.join("\n") || found.errors);
        assertMatch(messages[0], message);
        assert(found.seconds < 30);
      };
      const own = training(directory);
      await refused(
        end(startParts(launcher, [[1, own], [1, [...own, "--lr", "0.5"]]])),
        /the options .* on all ranks, found .*0\.5.* on rank 1/,
      );
      await refused(
        end(start(launcher, 3, training(directory, "--batch", "2"))),
        /at least 3 streams, one for each rank, found 2|at least the number of ranks, 3, found 2/,
      );
      await refused(end(start(launcher, 2, training(`${directory}/none`))), /no such file|none/i);
      await refused(end(start(launcher, 2, training(directory, "--batch", "none"))), /--batch: expected/);
      await refused(
        end(start(launcher, 2, [...own, "--distributed", `${directory}/libmpi.so`])),
        /openmpi-bin or mpich/,
      );
    });
  });

  Deno.test(`${name}: more threads than a rank has cores are warned of`, async () => {
    await withText(async (directory) => {
      const found = await end(start(launcher, 2, training(directory, "--threads", "64", "--max-steps", "1")));
      const [warning] = messagesIn(found);
      assertMatch(warning, /--threads 64: rank \d may use .* more threads slow it down/);
    });
  });
}
