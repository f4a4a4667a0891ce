import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import {
  babble,
  inTempDir,
  jsonLines,
  type Outcome,
  runCommand,
  runCommandIn,
  startCommand,
} from "../../support/command.ts";

const SMALL = "--hidden 12 --embed 8 --batch 4 --bptt 16 --epochs 2 --dropout 0.2 --schedule constant".split(" ");

/** Runs `body` with a directory that contains text.txt and a model trained on it. */
async function withModel(body: (directory: string, model: string, outcome: Outcome) => Promise<void>): Promise<void> {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, babble(2000));
    const model = `${directory}/model`;
    const outcome = await runCommand(
      ...["train-lm", "--data", `${directory}/text.txt`, "--out", model, "--json", "--log-every", "10"],
      ...["--test-fraction", "0.1", ...SMALL],
    );
    assertEquals(outcome.code, 0, outcome.stderr);
    await body(directory, model, outcome);
  });
}

function keysOf(event: Record<string, unknown>): string {
  return Object.keys(event).join(" ");
}

/** Asserts the exit code, and a one-line error that contains the words. */
function assertRefused({ code, stdout, stderr }: Outcome, expected: number, ...words: string[]): void {
  assertEquals([code, stdout], [expected, ""], stderr);
  const [line, ...rest] = stderr.trim().split("\n");
  assert(rest.length === 0 || (rest.length === 1 && rest[0].startsWith("See ")), stderr);
  assert(line.startsWith("error: "), line);
  for (const word of words) assertStringIncludes(line, word);
}

Deno.test("train-lm, generate and evaluate print the documented JSON", async () => {
  await withModel(async (directory, model, { stdout }) => {
    const events = jsonLines(stdout);
    const kinds: Record<string, string> = {
      step: "event step epoch loss grad_norm lr tokens_per_second",
      epoch: "event epoch train_loss valid_loss perplexity",
      done: "event steps valid_loss test_loss perplexity seconds tokens_per_second peak_rss_mib model",
    };
    for (const event of events) assertEquals(keysOf(event), kinds[event.event as string]);
    const done = events[events.length - 1];
    assertEquals([done.event, done.model], ["done", model]);
    const epochs = events.filter(({ event }) => event === "epoch").map(({ valid_loss }) => valid_loss as number);
    assertEquals(done.valid_loss, Math.min(...epochs));
    assertEquals(done.perplexity, Math.exp(done.valid_loss as number));
    assert(events.filter(({ event }) => event === "step").every(({ step }) => step as number % 10 === 0));

    const generated = await runCommand(
      "generate",
      "--model",
      model,
      "--prompt",
      "the ",
      "--max-tokens",
      "30",
      "--json",
    );
    const [text] = jsonLines(generated.stdout);
    assertEquals(keysOf(text), "event text tokens finish_reason seed us_per_token");
    assertEquals([text.tokens, (text.text as string).length], [30, 30]);
    const plain = await runCommand(
      "generate",
      "--model",
      model,
      "--prompt",
      "the ",
      "--max-tokens",
      "5",
      "--seed",
      "1",
    );
    assertMatch(plain.stdout, /^the [\s\S]{5}\n$/);

    const evaluated = await runCommand("evaluate", "--model", model, "--data", `${directory}/text.txt`, "--json");
    const [figures] = jsonLines(evaluated.stdout);
    assertEquals(keysOf(figures), "event loss perplexity bits_per_char tokens streams");
    assertEquals(figures.tokens, 1999);
  });
});

Deno.test("an interrupted run saves, prints how to resume, and resumes to bit-identical weights", async () => {
  await withModel(async (directory, model) => {
    const other = `${directory}/other`;
    const args = ["train-lm", "--data", `${directory}/text.txt`, "--out", other, "--test-fraction", "0.1"];
    // Saving after every step makes the run slow enough to interrupt.
    const child = startCommand([...args, ...SMALL, "--save-every", "1", "--json", "--log-every", "1"]);
    const reader = child.stdout.getReader();
    await reader.read();
    child.kill("SIGINT");
    const drained = (async () => {
      while (!(await reader.read()).done);
    })();
    const [{ code }, stderr] = await Promise.all([child.status, new Response(child.stderr).text(), drained]);
    assertEquals(code, 130, stderr);
    assertStringIncludes(stderr, `To resume: deno task train-lm --resume ${other}`);
    // Options equal to the run's own may be repeated.
    const same = [
      "--hidden",
      "12",
      "--cell",
      "lstm",
      "--lr",
      "0.002",
      "--tokenizer",
      "char",
      "--valid-fraction",
      "0.1",
    ];
    const resumed = await runCommand("train-lm", "--resume", other, "--json", ...same);
    assertEquals(resumed.code, 0, resumed.stderr);
    for (const name of ["model.safetensors", "training_state.safetensors", "config.json", "tokenizer.json"]) {
      assertEquals(await Deno.readFile(`${other}/${name}`), await Deno.readFile(`${model}/${name}`), name);
    }
  });
});

Deno.test("invalid input prints one line, and nothing is overwritten", async () => {
  await withModel(async (directory, model) => {
    const write = async (name: string, content: string | Uint8Array): Promise<string> => {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${directory}/${name}`, bytes);
      return `${directory}/${name}`;
    };
    const before = await Deno.readFile(`${model}/model.safetensors`);
    const train = (data: string, ...args: string[]) => runCommand("train-lm", "--data", data, "--out", model, ...args);
    assertRefused(await train(await write("empty", "")), 1, "empty", "found an empty file");
    assertRefused(await train(`${directory}/none`), 1, `${directory}/none`, "found none");
    assertRefused(await train(await write("short", "the cat sat")), 1, "short", "--valid-fraction 0");
    const few = await write("few", "the cat sat on the mat");
    assertRefused(await train(few), 1, "expected at least 33 tokens, found 20");
    assertRefused(await train(await write("latin", Uint8Array.of(97, 98, 0xe9, 99))), 1, "latin", "0xe9 at byte 2");
    assertRefused(await train(await write("same", "aaaaaaaa".repeat(99))), 1, "at least 2 different symbols");
    assertRefused(await runCommand("train-lm", "--resume", model, "--hidden", "64"), 2, "--hidden", "12", "64");
    assertRefused(await runCommand("train-lm", "--resume", model, "--clip", "0.5"), 2, "--clip", "5", "0.5");
    assertRefused(await runCommand("train-lm", "--batch", "0"), 2, "--batch", "at least 1", '"0"');
    assertRefused(await runCommand("train-lm", "--hiden", "3"), 2, "--hiden", "--hidden");
    assertRefused(await runCommand("generate", "--model", model, "--prompt", "Ü"), 1, "Ü");
    assertRefused(await runCommandIn(directory, "generate"), 2, "--model");
    assertRefused(await runCommand("evaluate", "--model", `${directory}/no`, "--data", model), 1, `${directory}/no`);
    await Deno.writeFile(`${directory}/model/training_state.safetensors`, new Uint8Array(9));
    assertRefused(await runCommand("train-lm", "--resume", model), 1, "training_state.safetensors");
    assertEquals(await Deno.readFile(`${model}/model.safetensors`), before);
  });
});

Deno.test("a second run in a directory moves the first one's model aside", async () => {
  await withModel(async (directory, model) => {
    const before = await Deno.readFile(`${model}/model.safetensors`);
    const { code, stdout } = await runCommand(
      ...["train-lm", "--data", `${directory}/text.txt`, "--out", model, "--max-steps", "2", ...SMALL],
    );
    assertEquals(code, 0);
    assertStringIncludes(stdout, `to ${model}.1`);
    assertEquals(await Deno.readFile(`${model}.1/model.safetensors`), before);
  });
});

Deno.test("train-lm trains with an adaptive softmax at the given cutoffs, and refuses cutoffs that are no numbers", async () => {
  await inTempDir(async (directory) => {
    await Deno.writeTextFile(`${directory}/text.txt`, babble(4000));
    const train = (cutoffs: string): Promise<Outcome> =>
      runCommandIn(
        directory,
        ...["train-lm", "--data", "text.txt", "--tokenizer", "word", "--out", "model", "--max-steps", "2"],
        ...["--softmax", "adaptive", "--cutoffs", cutoffs, ...SMALL],
      );
    assertRefused(await train("2,x"), 2, "--cutoffs: expected whole numbers, found", "2,x");
    assertRefused(await train("2,2"), 1, "expected ascending cutoffs from 1 to", "found [2,2]");
    const { code, stdout, stderr } = await train("2, 5");
    assertEquals(code, 0, stderr);
    assertStringIncludes(stdout.replaceAll(/\s+/g, " "), "adaptive softmax at 2 and 5");
    const { cutoffs } = JSON.parse(await Deno.readTextFile(`${directory}/model/config.json`));
    assertEquals(cutoffs, [2, 5]);
  });
});
