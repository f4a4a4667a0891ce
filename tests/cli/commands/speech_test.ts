import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { LanguageModel } from "../../../mod.ts";
import { INTERRUPTED } from "../../../cli/terminal/mod.ts";
import { type Normalization, SoundProcessor, SpeechRecognizer } from "../../../tasks/speech/mod.ts";
import { CharTokenizer } from "../../../tokenizers/mod.ts";
import { inTempDir, outcomeOf, runCommand, runCommandIn, startCommand } from "../../support/command.ts";
import { randomValues, seededRandom } from "../../support/random.ts";
import { wavFile } from "../../support/wav_file.ts";
import { RATE, speak, UTTERANCES } from "../../tasks/speech/tones.ts";

const SIZE = ["--hidden", "16", "--layers", "1", "--rate", `${RATE}`, "--bands", "12", "--threads", "1"];
const FIT = [
  "--epochs",
  "60",
  "--batch",
  "4",
  "--lr",
  "0.02",
  "--speed",
  "0",
  "--band-masks",
  "0",
  "--time-masks",
  "0",
];

async function writeSounds(directory: string): Promise<void> {
  const rows = UTTERANCES.map(({ text }, i) => `sound_${i % 4}_${i}.wav\t${text}`);
  await Deno.writeTextFile(`${directory}/all.tsv`, `path\ttext\n${rows.join("\n")}\n`);
  for (const [i, { sound: { samples } }] of UTTERANCES.entries()) {
    const file = wavFile({ channels: [samples], rate: RATE, encoding: "integer 16" });
    await Deno.writeFile(`${directory}/sound_${i % 4}_${i}.wav`, file);
  }
}

Deno.test("train-speech, transcribe and evaluate work end to end", async () => {
  await inTempDir(async (directory) => {
    await writeSounds(directory);
    const [data, model] = [`${directory}/all.tsv`, `${directory}/model`];
    const trained = await runCommand(
      "train-speech",
      "--data",
      data,
      ...SIZE,
      ...FIT,
      "--valid-fraction",
      "0",
      "--out",
      model,
    );
    assertEquals(trained.code, 0, trained.stderr);
    assertStringIncludes(trained.stdout, "8 training utterances");
    const wav = `${directory}/new.wav`;
    const { sound: { samples } } = speak("hlhm");
    const twice = Float32Array.from({ length: 2 * samples.length }, (_, i) => samples[i >> 1]);
    await Deno.writeFile(wav, wavFile({ channels: [twice, twice], rate: 2 * RATE, encoding: "float 32" }));
    const heard = await runCommand("transcribe", "--model", model, wav);
    assertEquals([heard.code, heard.stdout], [0, "hlhm\n"], heard.stderr);
    assertStringIncludes(heard.stderr, `resampled from ${2 * RATE} to ${RATE} Hz`);
    const several = await runCommand("transcribe", "--model", model, `${directory}/gone.wav`, wav);
    assertEquals([several.code, several.stdout], [1, `${wav}\thlhm\n`]);
    assertStringIncludes(several.stderr, "error: read ");
    const searched = await runCommand("transcribe", "--model", model, "--n-best", "2", "--json", wav);
    const { text, alternatives } = JSON.parse(searched.stdout);
    assertEquals([text, alternatives.length], ["hlhm", 1]);
    const times = await runCommand("transcribe", "--model", model, "--times", wav);
    assert(/^0\.\d\d\t0\.\d\d\t[01]\.\d{3}\thlhm\n$/.test(times.stdout), times.stdout);
    const silent = wavFile({ channels: [new Float32Array(RATE)], rate: RATE, encoding: "integer 16" });
    await Deno.writeFile(`${directory}/silent.wav`, silent);
    await Deno.writeTextFile(`${directory}/words.txt`, "hlhm\nHLHM\n");
    const warned = await runCommand(
      ...["transcribe", "--model", model, "--lexicon", `${directory}/words.txt`, `${directory}/silent.wav`],
    );
    assertEquals(warned.stderr.split("\n").filter((line) => line.startsWith("warning: ")), [
      'warning: 1 word of the lexicon has symbols that the tokenizer lacks: "HLHM"',
      `warning: ${directory}/silent.wav: expected something to hear, found silence`,
    ]);
    const evaluated = await runCommand("evaluate", "--model", model, "--data", data);
    assertStringIncludes(evaluated.stdout, "word error rate 0.00 %, character error rate 0.00 %");
  });
});

/** Saves a recognizer that has learned nothing. */
async function saveUntrained(
  directory: string,
  { bidirectional = true, normalization = bidirectional ? "utterance" : "running" }: {
    readonly bidirectional?: boolean;
    readonly normalization?: Normalization;
  } = {},
): Promise<void> {
  const processor = await SoundProcessor.fit([], { rate: 1000, bands: 8, normalization });
  const tokenizer = CharTokenizer.train("ab");
  await SpeechRecognizer.create({ processor, tokenizer, bidirectional, hidden: 4, layers: 1, seed: 1 }).save(directory);
}

/** Samples of noise. */
function noise(length: number): Float32Array {
  return Float32Array.from(randomValues(seededRandom(1), length, 0.5));
}

Deno.test("transcribe writes the text of a long sound before it reads another", async () => {
  await inTempDir(async (directory) => {
    await saveUntrained(`${directory}/model`);
    const file = wavFile({ channels: [noise(60_000)], rate: 100, encoding: "integer 16" });
    await Deno.writeFile(`${directory}/long.wav`, file);
    const args = ["transcribe", "--model", "model", "--quiet", "--threads", "1", "long.wav", "gone.wav"];
    const { code, stdout } = await outcomeOf(startCommand(args, directory, { shell: '"$@" 2>&1' }));
    assertEquals(code, 1);
    assertMatch(stdout, /^long.wav\t.*\nerror: read gone.wav: .*\n$/);
  });
});

for (const options of [[], ["--times"]]) {
  Deno.test(`a signal ends the samples on standard input, not the transcript: ${options[0] ?? "text"}`, async () => {
    await inTempDir(async (directory) => {
      await saveUntrained(`${directory}/model`, { bidirectional: false });
      const args = ["transcribe", "--model", "model", "--threads", "1", "--format", "f32le", ...options, "-"];
      const child = startCommand(args, directory, { stdin: true });
      const errors = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
      while (!(await errors.read()).value!.includes("Reading samples"));
      const microphone = child.stdin.getWriter();
      // More than a pipe holds, so that the command has read some when all is written.
      await microphone.write(new Uint8Array(noise(100_000).buffer));
      child.kill("SIGINT");
      const [{ code }, stdout] = await Promise.all([child.status, new Response(child.stdout).text()]);
      assertEquals(code, 0);
      assertMatch(stdout, options.length > 0 ? /^[\d.\t]+[ab]+\n$/ : /^[ab]+\n$/);
      assertStringIncludes((await errors.read()).value!, "Finishing the text");
      await errors.cancel();
      await microphone.close().catch(() => {});
    });
  });
}

Deno.test("a model that needs the whole sound says why its text comes at the end", async () => {
  await inTempDir(async (directory) => {
    await saveUntrained(`${directory}/model`, { bidirectional: false, normalization: "utterance" });
    const child = startCommand(["transcribe", "--model", "model", "--threads", "1", "-"], directory, { stdin: true });
    const input = child.stdin.getWriter();
    const [{ code }, stderr] = await Promise.all([
      child.status,
      new Response(child.stderr).text(),
      new Response(child.stdout).text(),
      input.write(new Uint8Array(4000)).then(() => input.close()),
    ]);
    assertEquals(code, 0, stderr);
    assertStringIncludes(
      stderr,
      "\nThe text comes when the samples end, since the model normalizes by the whole sound.\n",
    );
  });
});

Deno.test("--no-verify also reads the language model of a search as it is", async () => {
  await inTempDir(async (directory) => {
    await saveUntrained(`${directory}/model`);
    const lm = `${directory}/lm`;
    await LanguageModel.create({ tokenizer: CharTokenizer.train("ab "), hidden: 4 }).save(lm);
    await Deno.writeTextFile(`${lm}/config.json`, "\n", { append: true });
    await Deno.writeFile(`${directory}/a.wav`, wavFile({ channels: [noise(500)], rate: 1000, encoding: "integer 16" }));
    await Deno.writeTextFile(`${directory}/all.tsv`, "a.wav\tab\n");
    for (const args of [["transcribe", "a.wav"], ["evaluate", "--data", "all.tsv"]]) {
      const run = (...more: string[]) =>
        runCommandIn(directory, ...args, "--model", "model", "--threads", "1", "--lm", "lm", ...more);
      const refused = await run();
      assertEquals(refused.code, 1);
      assertStringIncludes(refused.stderr, "lm/config.json");
      const { code, stderr } = await run("--no-verify");
      assertEquals(code, 0, stderr);
    }
  });
});

Deno.test("a sample that is not finite ends transcribe with its place, after a whole line", async () => {
  await inTempDir(async (directory) => {
    await saveUntrained(`${directory}/model`, { bidirectional: false });
    const samples = noise(100_000);
    samples[70_000] = NaN;
    const args = ["transcribe", "--model", "model", "--quiet", "--threads", "1", "--format", "f32le", "--rate", "2000"];
    const child = startCommand([...args, "-"], directory, { stdin: true });
    const input = child.stdin.getWriter();
    const written = input.write(new Uint8Array(samples.buffer)).then(() => input.close()).catch(() => {});
    const [{ code }, stdout, stderr] = await Promise.all([
      child.status,
      new Response(child.stdout).text(),
      new Response(child.stderr).text(),
      written,
    ]);
    assertEquals(stderr, "error: read standard input: expected finite samples, found NaN at sample 70001\n");
    assertEquals(code, 1);
    assertMatch(stdout, /^[ab]+\n$/);
  });
});

Deno.test("a signal before the first sample on standard input ends transcribe without an error", async () => {
  await inTempDir(async (directory) => {
    await saveUntrained(`${directory}/model`, { bidirectional: false });
    const child = startCommand(["transcribe", "--model", "model", "--threads", "1", "-"], directory, { stdin: true });
    const errors = child.stderr.pipeThrough(new TextDecoderStream()).getReader();
    while (!(await errors.read()).value!.includes("Reading samples"));
    child.kill("SIGINT");
    const [{ code }, stdout] = await Promise.all([child.status, new Response(child.stdout).text()]);
    assertEquals([code, stdout], [INTERRUPTED, ""]);
    assertEquals((await errors.read()).value!.includes("error"), false);
    await errors.cancel();
    await child.stdin.close().catch(() => {});
  });
});

Deno.test("evaluate refuses options of a recognizer before it reads a sound", async () => {
  await inTempDir(async (directory) => {
    const [model, data] = [`${directory}/model`, `${directory}/all.tsv`];
    await saveUntrained(model);
    await Deno.writeTextFile(data, "gone.wav\tab\n");
    await Deno.writeTextFile(`${directory}/words.txt`, "other\n");
    const cases: [code: number, message: string, options: string[]][] = [
      [1, "none: expected a file, found none", ["--lm", `${directory}/none`]],
      [1, "none: expected a file, found none", ["--lexicon", `${directory}/none`]],
      [1, 'evaluate: expected a lexicon of words in the recognizer\'s symbols, found 1 word such as "other"', [
        ...["--lexicon", `${directory}/words.txt`],
      ]],
      [2, "error: --n-best: expected --json with it, found none", ["--n-best", "2"]],
      [2, "error: --svg: expected a classifier of one label each, found a speech recognizer without", ["--svg", "-"]],
    ];
    for (const [expected, message, options] of cases) {
      const { code, stderr } = await runCommand("evaluate", "--model", model, "--data", data, ...options);
      assertEquals([code, stderr.includes(message)], [expected, true], stderr);
    }
  });
});

Deno.test("the commands of speech refuse bad input in one line", async () => {
  await inTempDir(async (directory) => {
    await writeSounds(directory);
    const list = async (name: string, text: string): Promise<string> => {
      await Deno.writeTextFile(`${directory}/${name}`, text);
      return `${directory}/${name}`;
    };
    const cases: [path: string, message: string][] = [
      [`${directory}/none.tsv`, "none.tsv: expected a file, found none"],
      [await list("gone.tsv", "gone.wav\tlm\ngone.wav.wav\tml\n"), ".wav: expected a file, found none"],
      [await list("other.csv", "a,b,c\n1,2,3\n"), "expected columns of paths and texts, found"],
      [await list("empty.tsv", "path\ttext\n"), "expected at least 1 utterance, found none"],
    ];
    for (const [data, message] of cases) {
      const { code, stderr } = await runCommand("train-speech", "--data", data, ...SIZE, "--out", `${directory}/m`);
      assertEquals([code, stderr.trimEnd().split("\n").length], [1, 1], stderr);
      assertStringIncludes(stderr, message);
    }
  });
});
