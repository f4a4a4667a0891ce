import { assert, assertEquals, assertMatch, assertNotEquals, assertStringIncludes } from "@std/assert";
import { main } from "../../../cli/main.ts";
import { TASKS } from "../../../tasks/registry.ts";
import type { AnyProgram } from "../../../tasks/task_model/mod.ts";
import {
  babble,
  filesUnder,
  inTempDir,
  jsonLines,
  runCommand,
  runCommandIn,
  startCommand,
} from "../../support/command.ts";

const LANGUAGE_MODELING = TASKS.find(({ name }) => name === "language-modeling")!;

const SMALL = "--hidden 6 --embed 4 --batch 4 --bptt 16 --epochs 2".split(" ");

/** Runs `body` with a directory that contains train.txt, valid.txt and test.txt. */
async function withTexts(body: (directory: string) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    const text = babble(2400);
    await Deno.writeTextFile(`${directory}/train.txt`, text.slice(0, 1600));
    await Deno.writeTextFile(`${directory}/valid.txt`, text.slice(1600, 2000));
    await Deno.writeTextFile(`${directory}/test.txt`, text.slice(2000));
    await body(directory);
  });
}

Deno.test("train-lm evaluates on separate validation and test files", async () => {
  await withTexts(async (directory) => {
    const files = ["--data", "train", "--valid", "valid", "--test", "test"];
    const paths = files.map((word) => word.startsWith("--") ? word : `${directory}/${word}.txt`);
    const { code, stdout, stderr } = await runCommand(
      "train-lm",
      ...paths,
      "--out",
      `${directory}/m`,
      "--json",
      ...SMALL,
    );
    assertEquals([code, stderr], [0, ""]);
    const done = jsonLines(stdout).at(-1)!;
    for (const kind of ["valid", "test"]) {
      const data = `${directory}/${kind}.txt`;
      const evaluated = await runCommand("evaluate", "--model", `${directory}/m`, "--data", data, "--json");
      assertEquals([evaluated.code, evaluated.stderr], [0, ""]);
      const [{ loss, perplexity, tokens, bits_per_char: bits }] = jsonLines(evaluated.stdout);
      assertEquals([loss, perplexity, tokens], [done[`${kind}_loss`], Math.exp(loss as number), 399]);
      assertEquals(bits, (loss as number) * 399 / 400 / Math.LN2);
    }
  });
});

Deno.test("a new run and a resumed one show no progress of reading with --json", async () => {
  const asked: boolean[] = [];
  const load = async (): Promise<AnyProgram> => {
    const program: AnyProgram = await LANGUAGE_MODELING.load();
    return {
      ...program,
      read: (plan, host) => {
        asked.push(host?.progress !== undefined);
        return program.read(plan, host);
      },
    };
  };
  await withTexts(async (directory) => {
    const model = `${directory}/m`;
    const begin = ["--data", `${directory}/train.txt`, "--out", model, ...SMALL, "--json"];
    for (const args of [begin, ["--resume", model, "--json"], ["--resume", model]]) {
      assertEquals(await main(["train-lm", ...args], [{ ...LANGUAGE_MODELING, load }]), 0);
    }
    assertEquals(asked, [false, false, true]);
  });
});

Deno.test("--quiet prints only the test result; without a terminal, progress is plain lines", async () => {
  await withTexts(async (directory) => {
    const args = ["train-lm", "--data", `${directory}/train.txt`, ...SMALL];
    const quiet = await runCommand(...args, "--out", `${directory}/quiet`, "--quiet");
    assertEquals(quiet, { code: 0, stdout: "", stderr: "" });
    const tested = await runCommand(...args, "--out", `${directory}/t`, "--test", `${directory}/test.txt`, "--quiet");
    assertEquals([tested.code, tested.stderr], [0, ""]);
    assertMatch(tested.stdout, /^Test perplexity \d+\.\d{3} \(loss \d+\.\d{4}\)\.\n$/);
    const plain = await runCommand(...args, "--out", `${directory}/plain`);
    assertEquals(plain.code, 0);
    assertMatch(plain.stderr, /^(?:step \d+\/\d+ {2}loss \d+\.\d{3} {2}[\d,]+ tokens\/s {2}\d+:\d\d left\n)+$/);
    assertStringIncludes(plain.stdout, "epoch 2: training loss");
    assertStringIncludes(plain.stdout, `deno task generate --model ${directory}/plain`);
    // deno-lint-ignore no-control-regex
    assert(!/[\x00-\x09\x0b-\x1f]/.test(plain.stdout));
    assertEquals(filesUnder(`${directory}/plain`), filesUnder(`${directory}/quiet`));
  });
});

Deno.test("a seed determines all files, with any number of threads", async () => {
  await withTexts(async (directory) => {
    const train = async (name: string, ...args: string[]): Promise<Map<string, Uint8Array>> => {
      const out = ["--data", `${directory}/train.txt`, "--out", `${directory}/${name}`, "--quiet", "--dropout", "0.2"];
      const { code, stderr } = await runCommand("train-lm", ...out, ...SMALL, ...args);
      assertEquals(code, 0, stderr);
      return filesUnder(`${directory}/${name}`);
    };
    const files = await train("a", "--seed", "7", "--threads", "1");
    assertEquals([...files.keys()], [
      "README.md",
      "SHA256SUMS",
      "config.json",
      "model.safetensors",
      "pictures.json",
      "tokenizer.json",
      "training_state.json",
      "training_state.safetensors",
    ]);
    assertEquals(await train("b", "--seed", "7", "--threads", "2"), files);
    assertNotEquals((await train("c", "--seed", "8")).get("model.safetensors"), files.get("model.safetensors"));
  });
});

Deno.test("given options override a preset's", async () => {
  await withTexts(async (directory) => {
    const small = ["--hidden", "8", "--embed", "6", "--batch", "2", "--max-steps", "1"];
    const data = ["--data", `${directory}/train.txt`, "--out", `${directory}/m`];
    const { code, stderr } = await runCommand("train-lm", "--preset", "zaremba-small", ...data, ...small, "--quiet");
    assertEquals(code, 0, stderr);
    const read = (name: string) => JSON.parse(Deno.readTextFileSync(`${directory}/m/${name}.json`));
    const { cell, layers, hidden, embed } = read("config");
    assertEquals([cell, layers, hidden, embed], ["lstm", 2, 8, 6]);
    const { settings, notes } = read("training_state");
    assertEquals(notes.plan.data.tokenizer, "word");
    const { batch, bptt, optimizer, schedule, decayAfter, epochs, maxSteps } = settings;
    assertEquals([batch, bptt, optimizer, schedule, decayAfter, epochs, maxSteps], [2, 20, "sgd", "step", 4, 13, 1]);
  });
});

Deno.test("a run without --out creates a new directory in models/", async () => {
  await withTexts(async (directory) => {
    const args = ["train-lm", "--data", "train.txt", "--cell", "gru", ...SMALL, "--max-steps", "1", "--json"];
    for (const expected of ["models/train-gru", "models/train-gru-2"]) {
      const { code, stdout, stderr } = await runCommandIn(directory, ...args);
      assertEquals(code, 0, stderr);
      assertEquals(jsonLines(stdout).at(-1)!.model, expected);
      assert(Deno.statSync(`${directory}/${expected}/model.safetensors`).isFile);
    }
  });
});

Deno.test("a termination signal saves the run and exits with 130, and the run resumes to the same files", async () => {
  await withTexts(async (directory) => {
    const own = ["train-lm", "--data", `${directory}/train.txt`, ...SMALL.with(-1, "10")];
    const whole = await runCommand(...own, "--out", `${directory}/whole`, "--quiet");
    assertEquals(whole.code, 0, whole.stderr);
    const child = startCommand([...own, "--out", `${directory}/m`, "--json", "--log-every", "1", "--save-every", "1"]);
    const reader = child.stdout.getReader();
    await reader.read();
    child.kill("SIGTERM");
    const drain = async (): Promise<void> => {
      while (!(await reader.read()).done);
    };
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text(), drain()]);
    assertEquals(code, 130, stderr);
    assertMatch(stderr, /Stopped after step \d+\. To resume: deno task train-lm --resume /);
    const resumed = await runCommand("train-lm", "--resume", `${directory}/m`, "--quiet");
    assertEquals(resumed, { code: 0, stdout: "", stderr: "" });
    assertEquals(filesUnder(`${directory}/m`), filesUnder(`${directory}/whole`));
  });
});

Deno.test("resuming a complete run says that it is complete, and how to extend it", async () => {
  await withTexts(async (directory) => {
    const out = (name: string): string[] => ["--data", `${directory}/train.txt`, "--out", `${directory}/${name}`];
    const resume = (name: string, ...args: string[]) =>
      runCommand("train-lm", "--resume", `${directory}/${name}`, ...args);
    assertEquals((await runCommand("train-lm", ...out("m"), ...SMALL, "--quiet")).code, 0);
    const done = await resume("m");
    assertEquals([done.code, done.stderr], [0, ""]);
    assertMatch(done.stdout, /\nThe run is already complete with --epochs 2; pass a larger number to continue\.\n$/);
    assertStringIncludes((await resume("m", "--epochs", "3")).stdout, "\nTrained to step ");
    assertEquals((await runCommand("train-lm", ...out("c"), ...SMALL, "--schedule", "cosine", "--quiet")).code, 0);
    const { stdout } = await resume("c", "--epochs", "3", "--lr", "0.001", "--schedule", "linear");
    assertMatch(
      stdout,
      /^From step 46 on: --epochs 3 instead of 2, --lr 0\.001 instead of 0\.\d+, --schedule linear instead of cosine; the learning rate goes on as in a run that began with this plan\.\n[^]*\nTrained to step 69 in/m,
    );
    assertEquals((await runCommand("train-lm", ...out("s"), ...SMALL, "--max-steps", "2", "--quiet")).code, 0);
    assertMatch(
      (await resume("s")).stdout,
      /\nThe run is already complete with --max-steps 2; pass a larger number to continue\.\n$/,
    );
    const limit = "The run's limit of 2 steps holds with --epochs 3 too; --max-steps N raises it.\n";
    assertStringIncludes((await resume("s", "--epochs", "3")).stdout, limit);
    const raised = (await resume("s", "--epochs", "3", "--max-steps", "4")).stdout;
    assert(!raised.includes("limit of"), raised);
    assertMatch(raised, /\nTrained to step 4 in 0:\d\d, [\d,]+ tokens\/s without validation\.\n/);
  });
});

Deno.test("resuming a run whose data have moved says how to name their new place", async () => {
  await withTexts(async (directory) => {
    const [data, model] = [`${directory}/train.txt`, `${directory}/m`];
    const first = await runCommand("train-lm", "--data", data, "--out", model, ...SMALL, "--quiet");
    assertEquals(first.code, 0, first.stderr);
    await Deno.rename(data, `${directory}/moved.txt`);
    const lost = await runCommand("train-lm", "--resume", model, "--epochs", "3");
    const message = `read ${data}: expected a file, found none; if it has moved, --data NEW gives its new place`;
    assertEquals([lost.code, lost.stderr], [1, `error: ${message}\n`]);
    const found = await runCommand("train-lm", "--resume", model, "--epochs", "3", "--data", `${directory}/moved.txt`);
    assertEquals(found.code, 0, found.stderr);
  });
});

Deno.test("a broken pipe ends a run silently, and the run can be resumed", async () => {
  await withTexts(async (directory) => {
    const args = ["train-lm", "--data", `${directory}/train.txt`, "--out", `${directory}/m`, ...SMALL];
    const child = startCommand([...args, "--json", "--log-every", "1", "--save-every", "1"]);
    await child.stdout.cancel();
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text()]);
    assertEquals([code, stderr], [141, ""]);
    assertEquals((await runCommand("train-lm", "--resume", `${directory}/m`, "--quiet")).code, 0);
  });
});

Deno.test("numeric overflow is an error that names the step, and keeps the last good checkpoint", async () => {
  await withTexts(async (directory) => {
    const args = ["train-lm", "--data", `${directory}/train.txt`, "--out", `${directory}/m`, ...SMALL, "--quiet"];
    const { code, stdout, stderr } = await runCommand(
      ...[...args, "--save-every", "1", "--optimizer", "sgd", "--lr", "3e38", "--clip", "3e38"],
    );
    assertEquals([code, stdout], [1, ""]);
    assertMatch(
      stderr,
      /^error: train: expected finite numbers, found a non-finite (?:loss|(?:value|gradient) of \S+) in step \d+ .*\n$/,
    );
    assertEquals((await runCommand("generate", "--model", `${directory}/m`, "--max-tokens", "1")).code, 0);
    const { progress } = JSON.parse(await Deno.readTextFile(`${directory}/m/training_state.json`));
    assertEquals(progress.step < Number(/step (\d+)/.exec(stderr)![1]), true);
  });
});

Deno.test("a run that has diverged is reported at its end, with what to change, even by --quiet and --json", async () => {
  await withTexts(async (directory) => {
    const args = ["train-lm", "--data", `${directory}/train.txt`, "--out", `${directory}/m`, ...SMALL];
    const wild = ["--optimizer", "sgd", "--lr", "1e6", "--clip", "1e6"];
    for (const mode of ["--quiet", "--json"]) {
      const { code, stdout, stderr } = await runCommand(...args, ...wild, mode);
      assertEquals(code, 0);
      assertMatch(
        stderr,
        /^warning: training has diverged, its loss ended at [\d.]+e\+\d+; try a lower .*--lr.*--clip.*\n$/,
      );
      if (mode === "--json") assertEquals(jsonLines(stdout).at(-1)!.diverged, true);
    }
    const { stdout } = await runCommand(...args, ...wild);
    assertStringIncludes(stdout, "\nTrained to step ");
    assertEquals(stdout.includes("To try it"), false);
    const calm = await runCommand(...args, "--json");
    assertEquals([calm.stderr, jsonLines(calm.stdout).at(-1)!.diverged], ["", undefined]);
  });
});

Deno.test("a run that stops early says after which epoch, why, and which epoch it keeps", async () => {
  await withTexts(async (directory) => {
    const args = ["train-lm", "--data", `${directory}/train.txt`, "--valid", `${directory}/valid.txt`, ...SMALL];
    const stopping = [
      ...args.slice(0, -1),
      "30",
      "--lr",
      "0.3",
      "--schedule",
      "constant",
      "--patience",
      "2",
      "--out",
      `${directory}/m`,
    ];
    const { stdout } = await runCommand(...stopping);
    const [, last, kept, figures] =
      /\nStopped after epoch (\d+): no improvement in 2 epochs; kept epoch (\d+) \((.+)\)\.\n/.exec(stdout) ?? [];
    assertEquals(Number(last), Number(kept) + 2);
    assertStringIncludes(stdout, `epoch ${kept}: training loss`);
    assertStringIncludes(stdout, `, ${figures}\n`);
    assertEquals(stdout.includes(`epoch ${Number(last) + 1}: `), false);
    const events = jsonLines((await runCommand(...stopping, "--json")).stdout);
    const { epoch, waited, kept_epoch } = events.find(({ event }) => event === "stopped")!;
    assertEquals([epoch, waited, kept_epoch], [Number(last), 2, Number(kept)]);
  });
});

Deno.test("--averaging 0 is no average, also with --average-last", async () => {
  await withTexts(async (directory) => {
    const files = async (...options: string[]): Promise<Uint8Array> => {
      const out = `${directory}/m${options.join("")}`;
      const args = ["train-lm", "--data", `${directory}/train.txt`, "--out", out, ...SMALL, "--quiet"];
      assertEquals(await runCommand(...args, ...options), { code: 0, stdout: "", stderr: "" });
      return await Deno.readFile(`${out}/model.safetensors`);
    };
    const last = await files("--average-last", "2");
    assertEquals(await files("--averaging", "0", "--average-last", "2"), last);
    assertEquals(await files("--averaging", "0"), await files());
    assertNotEquals(await files(), last);
    const both = await runCommand("train-lm", "--averaging", "0.9", "--average-last", "2");
    assertEquals([both.code, both.stderr.includes("--averaging: expected this option or --average-last")], [2, true]);
  });
});

Deno.test("an interrupted run that cannot be saved reports that, and does not suggest resuming", async () => {
  await withTexts(async (directory) => {
    await Deno.writeTextFile(`${directory}/long.txt`, babble(400_000));
    const out = `${directory}/m`;
    const child = startCommand([
      "train-lm",
      "--data",
      `${directory}/long.txt`,
      "--out",
      out,
      ...SMALL,
      "--json",
      "--log-every",
      "1",
      "--save-every",
      "1000000",
    ]);
    const reader = child.stdout.getReader();
    await reader.read();
    await Deno.rename(out, `${out}.moved`);
    await Deno.writeTextFile(out, "in the way");
    child.kill("SIGINT");
    const drain = async (): Promise<void> => {
      while (!(await reader.read()).done);
    };
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text(), drain()]);
    assertEquals(code, 1, stderr);
    assertMatch(stderr, /\nerror: .*\n$/);
    assert(!stderr.includes("To resume"), stderr);
    assertEquals(await Deno.readTextFile(out), "in the way");
  });
});
