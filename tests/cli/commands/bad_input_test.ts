import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { babble, filesUnder, inTempDir, type Outcome, runCommand, runCommandIn } from "../../support/command.ts";

const SMALL = "--hidden 6 --embed 4 --batch 4 --bptt 16 --max-steps 3".split(" ");

/** A directory with a text and a model trained on it for three steps. */
interface Place {
  readonly directory: string;
  readonly text: string;
  readonly model: string;
}

async function inPlace(body: (place: Place) => Promise<void>, ...args: string[]): Promise<void> {
  await inTempDir(async (directory) => {
    const place = { directory, text: `${directory}/text.txt`, model: `${directory}/model` };
    await Deno.writeTextFile(place.text, babble(600));
    const { code, stderr } = await runCommand(
      "train-lm",
      "--data",
      place.text,
      "--out",
      place.model,
      ...SMALL,
      ...args,
    );
    assertEquals(code, 0, stderr);
    await body(place);
  });
}

/**
 * Asserts that a command, run in the place's directory, exits with a code, prints one line of error that contains the
 * words, and changes no file.
 */
async function assertRefused(place: Place, args: string[], code: number, ...words: string[]): Promise<Outcome> {
  const before = filesUnder(place.directory);
  const outcome = await runCommandIn(place.directory, ...args);
  const { stderr } = outcome;
  assertEquals(outcome.code, code, stderr);
  assert(/^error: .*\n$/.test(stderr), stderr);
  for (const word of words) assertStringIncludes(stderr, word);
  assertEquals(filesUnder(place.directory), before, args.join(" "));
  return outcome;
}

Deno.test("unusable texts are errors that name the file, and the existing model is untouched", async () => {
  await inPlace(async (place) => {
    const { directory, text, model } = place;
    const texts: [string, string | number[], string[]][] = [
      ["empty.txt", "", ["empty.txt", "found an empty file"]],
      ["mark.txt", "\ufeff", ["mark.txt", "found only a byte-order mark"]],
      ["cut.txt", [...new TextEncoder().encode(babble(500)), 0xe2, 0x82], ["cut.txt", "found 0xe2 at byte 500"]],
      ["tiny.txt", "the cat", ["tiny.txt", "expected at least 2 characters for --valid-fraction 0.1"]],
      ["short.txt", "the cat sat on the mat", ["into 40 streams: expected at least 41 tokens, found 20"]],
      ["same.txt", "a".repeat(500), ['expected a text of at least 2 different symbols, found only "a"']],
    ];
    for (const [name, content, words] of texts) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : Uint8Array.from(content);
      await Deno.writeFile(`${directory}/${name}`, bytes);
      const args = ["train-lm", "--data", `${directory}/${name}`, "--out", model, "--batch", "40"];
      const { stdout } = await assertRefused(place, args, 1, ...words);
      assertEquals(stdout, "");
    }
    const train = ["train-lm", "--data", text, "--out", model];
    await assertRefused(place, ["train-lm", "--data", `${directory}/none`], 1, `${directory}/none`, "found none");
    await assertRefused(place, [...train, "--valid", `${directory}/none`], 1, `${directory}/none`);
    await assertRefused(place, [...train, "--test", `${directory}/empty.txt`], 1, "empty.txt");
    const none = `${directory}/without-texts`;
    await Deno.mkdir(none);
    await assertRefused(place, ["train-lm", "--data", none], 1, none, "found none");
    await Deno.writeTextFile(`${directory}/one.txt`, "t");
    for (const kind of ["valid", "test"]) {
      const args = [...train, `--${kind}`, `${directory}/one.txt`, "--batch", "4"];
      await assertRefused(place, args, 1, `expected a ${kind === "valid" ? "validation" : "test"} text of at least 2`);
    }
    await assertRefused(place, ["train-lm", "--data", text, "--out", text, ...SMALL], 1, text, "found a file");
    await Deno.mkdir(`${directory}/other`);
    await Deno.writeTextFile(`${directory}/other/tokenizer.json`, "mine");
    const other = ["train-lm", "--data", text, "--out", `${directory}/other`, ...SMALL];
    await assertRefused(place, other, 1, "other", "without tokenizer.json, found one that is not a model's");
  });
});

Deno.test("invalid options are errors that name the option, with exit code 2", async () => {
  await inPlace(async (place) => {
    const { text, model } = place;
    const train = ["train-lm", "--data", text, "--out", model];
    const cases: [string[], string[]][] = [
      [[...train, "--dropout", "1"], ["--dropout", "below 1", '"1"']],
      [[...train, "--cell", "elman"], ["--cell", "rnn, lstm, gru"]],
      [[...train, "--hidden", "2.5"], ["--hidden"]],
      [[...train, "--hidden"], ["--hidden", "found no value"]],
      [[...train, "--layers", "1000000000"], ["--layers", "at most 1000"]],
      [[...train, "--valid", text, "--valid-fraction", "0.1"], ["--valid-fraction", "--valid"]],
      [["train-lm", "--valid", text], ["--valid", "--data"]],
      [["train-lm", "--data", ""], ["--data", 'found ""']],
      [["train-lm", "--data", text, "--out="], ["--out", 'found ""']],
      [["generate", "--model", model, "--top-p", "1.1"], ["--top-p", "at least 0 and at most 1"]],
      [["generate", "--model", model, "--temperature", "-1"], ["--temperature"]],
      [["generate", "--model", ""], ["--model"]],
      [["generate"], ["--model"]],
      [["evaluate", "--model", model], ["--data"]],
      [["evaluate", "--data", text], ["--model"]],
    ];
    for (const [args, words] of cases) assertEquals((await assertRefused(place, args, 2, ...words)).stdout, "");
  });
});

Deno.test("--resume rejects every option that would change the run", async () => {
  await inPlace(async (place) => {
    const { directory, model } = place;
    const resume = ["train-lm", "--resume", model];
    for (const [option, other] of [["hidden", "7"], ["embed", "5"], ["layers", "2"], ["cell", "gru"], ["batch", "5"]]) {
      await assertRefused(place, [...resume, `--${option}`, other], 2, `--${option}`, other);
    }
    const others = { seed: "3", clip: "1", optimizer: "sgd", bptt: "3", tokenizer: "byte", "init-range": "1" };
    for (const [option, other] of Object.entries({ ...others, "valid-fraction": "0.2" })) {
      await assertRefused(place, [...resume, `--${option}`, other], 2, `--${option}`, other);
    }
    await assertRefused(place, [...resume, "--tie"], 2, "--tie");
    await assertRefused(place, [...resume, "--out", `${directory}/else`], 2, "--out");
    await assertRefused(place, [...resume, "--preset", "demo"], 2, "--preset", "found demo");
    await Deno.writeTextFile(`${directory}/else.txt`, babble(601));
    await assertRefused(place, [...resume, "--data", `${directory}/else.txt`], 2, `--resume ${model}`, "the text");
    await assertRefused(place, ["train-lm", "--resume", directory], 1, directory);
  });
});

Deno.test("--resume rejects a plan that contradicts itself", async () => {
  await inPlace(async (place) => {
    const resume = ["train-lm", "--resume", place.model];
    await assertRefused(place, [...resume, "--minutes", "9", "--epochs", "9"], 2, "--minutes", "--epochs, found both");
    const cycle = [...resume, "--schedule", "one-cycle", "--warmup", "9"];
    await assertRefused(place, cycle, 2, "--warmup: expected --schedule constant", "found one-cycle");
  });
});

Deno.test("a prompt or text with characters outside the vocabulary is an error that lists them", async () => {
  await inPlace(async (place) => {
    const { directory, model } = place;
    await assertRefused(place, ["generate", "--model", model, "--prompt", "the Ö🙂"], 1, "prompt", '"Ö", "🙂"');
    await Deno.writeTextFile(`${directory}/other.txt`, "Zürich");
    const args = ["evaluate", "--model", model, "--data", `${directory}/other.txt`];
    await assertRefused(place, args, 1, `${directory}/other.txt`, '"Z"');
    await Deno.writeTextFile(`${directory}/other.txt`, "t");
    await assertRefused(place, args, 1, `${directory}/other.txt`, "at least 2 tokens, found 1");
  });
});

/** Replaces the header of a safetensors file. */
function withHeader(
  bytes: Uint8Array,
  change: (header: Record<string, { shape: number[]; data_offsets: number[] }>) => void,
): Uint8Array {
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  change(header);
  const text = new TextEncoder().encode(JSON.stringify(header));
  const changed = new Uint8Array(8 + text.length + bytes.length - 8 - length);
  new DataView(changed.buffer).setBigUint64(0, BigInt(text.length), true);
  changed.set(text, 8);
  changed.set(bytes.subarray(8 + length), 8 + text.length);
  return changed;
}

Deno.test("an incomplete, damaged or newer model directory is an error that names the file", async () => {
  await inPlace(async (place) => {
    const { model, text } = place;
    // With it, every change of a file is refused for its checksum.
    await Deno.remove(`${model}/SHA256SUMS`);
    const commands: Record<string, string[][]> = {
      model: [["generate", "--model", model], ["evaluate", "--model", model, "--data", text], [
        "train-lm",
        "--resume",
        model,
      ]],
      state: [["train-lm", "--resume", model]],
    };
    const edit = (from: string | RegExp, to: string) => (bytes: Uint8Array): Uint8Array => {
      const before = new TextDecoder().decode(bytes);
      assert(before.search(from) >= 0, `${from}`);
      return new TextEncoder().encode(before.replace(from, to));
    };
    const huge = (bytes: Uint8Array): Uint8Array => {
      const changed = bytes.slice();
      new DataView(changed.buffer).setBigUint64(0, 2n ** 60n, true);
      return changed;
    };
    const lies: [string, (bytes: Uint8Array) => Uint8Array | undefined, string?][] = [
      ["config.json", () => undefined],
      ["config.json", edit('"version": 2', '"version": 7'), "found 7; a newer Elman wrote it"],
      ["config.json", edit('"vocabSize": ', '"vocabSize": 9'), "tokenizer"],
      ["tokenizer.json", () => undefined],
      ["tokenizer.json", (bytes) => bytes.slice(0, -9)],
      ["model.safetensors", () => undefined],
      ["model.safetensors", (bytes) => bytes.slice(0, -1)],
      ["model.safetensors", (bytes) => bytes.slice(0, 30)],
      ["model.safetensors", () => new Uint8Array(0)],
      ["model.safetensors", huge],
      ["model.safetensors", (bytes) => withHeader(bytes, (header) => header["decoder.bias"].shape = [2 ** 40])],
      ["model.safetensors", (bytes) => withHeader(bytes, (header) => header["decoder.bias"].data_offsets = [0, 4])],
      ["model.safetensors", (bytes) => withHeader(bytes, (header) => delete header["decoder.bias"])],
      ["training_state.json", () => undefined],
      ["training_state.json", edit('"version": 3', '"version": 7'), "a newer Elman wrote it"],
      ["training_state.json", edit('"version": 3', '"version": 1'), "an older Elman wrote it"],
      ["training_state.json", (bytes) => bytes.slice(0, 99)],
      ["training_state.json", edit('"step": 3', '"step": -3'), "to be a whole number of at least 0, found"],
      ["training_state.json", edit('"batch": 4', '"batch": "4"'), "training_state.json: fit: expected batch"],
      ["training_state.json", edit('"batch": 4', '"batch": 3'), "expected"],
      ["training_state.json", edit('"batch": 3', '"batch": 3000'), "found 3000"],
      ["training_state.safetensors", () => undefined],
      ["training_state.safetensors", (bytes) => bytes.slice(0, -4)],
      ["training_state.safetensors", (bytes) => withHeader(bytes, (header) => delete header["parameters"])],
    ];
    for (const [i, [name, change, words = ""]] of lies.entries()) {
      const good = await Deno.readFile(`${model}/${name}`);
      const bad = change(good);
      if (bad) await Deno.writeFile(`${model}/${name}`, bad);
      else await Deno.remove(`${model}/${name}`);
      const able = commands[name.startsWith("training") ? "state" : "model"];
      // One command per case suffices: all load models with the same function.
      await assertRefused(place, able[i % able.length], 1, ...(words ? [words] : [model, name]));
      await Deno.writeFile(`${model}/${name}`, good);
    }
    assertEquals((await runCommand("generate", "--model", model, "--max-tokens", "1")).code, 0);
  });
});
