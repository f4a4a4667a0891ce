import { assertEquals, assertStringIncludes } from "@std/assert";
import { complete } from "../../src/schema/mod.ts";
import { CLASSIFIER_PROGRAM } from "../../tasks/classification/program.ts";
import { FORECASTER_PROGRAM } from "../../tasks/forecasting/program.ts";
import { LANGUAGE_MODEL_PROGRAM } from "../../tasks/language_modeling/program.ts";
import { SPEECH_PROGRAM } from "../../tasks/speech/program.ts";
import type { AnyProgram, Report } from "../../tasks/task_model/mod.ts";
import { TRANSLATOR_PROGRAM } from "../../tasks/translation/program.ts";
import { VECTOR_PROGRAM } from "../../tasks/vector_classification/program.ts";
import { inTempDir } from "../support/command.ts";
import { wavFile } from "../support/wav_file.ts";

/** The contents of a file for training and of others, by their names, and the options that are given. */
interface Case {
  readonly files: Readonly<Record<string, string | Uint8Array>>;
  readonly plan?: Readonly<Record<string, unknown>>;
  readonly model?: Readonly<Record<string, unknown>>;
  readonly evaluation?: Readonly<Record<string, unknown>>;
}

/** Makes a model for the file `train.*`, saves and loads it, and evaluates it on the file `test.*`. */
async function evaluateLike(program: AnyProgram, { files, plan, model: options, evaluation }: Case): Promise<Report> {
  return await inTempDir(async (folder) => {
    for (const [name, content] of Object.entries(files)) {
      const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
      await Deno.writeFile(`${folder}/${name}`, bytes);
    }
    const pathOf = (part: string): string => `${folder}/${Object.keys(files).find((name) => name.startsWith(part))}`;
    const training = complete(program.plan, { data: pathOf("train"), ...plan }, "read");
    const { data } = await program.read(training);
    using made = await program.create(training, options ?? {}, data);
    using model = await program.model.fromBytes(await made.toBytes());
    const asked = complete(program.evaluation, { data: pathOf("test"), ...evaluation }, "evaluate");
    return await program.evaluate(model, asked);
  });
}

const SMALL = { embed: 2, hidden: 2 };

const rows = (header: string, ...all: readonly string[]): string =>
  [header, ...all, ...all.map((row) => row.replace("fine", "good"))].join("\n") + "\n";

Deno.test("a classifier is evaluated on the columns on which it was trained, although others have usual names", async () => {
  const train = rows("mood,remark", "happy,a fine day", "sad,a dull day");
  const test = rows("text,label,mood,remark", "x,1,happy,a fine day", "y,2,sad,a dull day");
  const plan = { textColumn: "remark", labelColumn: "mood" };
  const model = { ...SMALL, architecture: "network", wide: false };
  const like = { files: { "train.csv": train, "test.csv": test }, plan, model };
  assertStringIncludes((await evaluateLike(CLASSIFIER_PROGRAM, like)).lines[0], "columns remark and mood");
  const other = rows("text,label", "a fine day,happy", "a dull day,sad");
  const usual = { ...like, files: { "train.csv": train, "test.csv": other } };
  assertStringIncludes((await evaluateLike(CLASSIFIER_PROGRAM, usual)).lines[0], "columns text and label");
});

Deno.test("validation texts are read with the columns of the training texts", async () => {
  await inTempDir(async (folder) => {
    const [data, valid] = [`${folder}/a.csv`, `${folder}/b.csv`];
    await Deno.writeTextFile(data, rows("mood,remark", "happy,a fine day", "sad,a dull day"));
    await Deno.writeTextFile(valid, rows("text,label,mood,remark", "x,1,happy,a fine day", "y,2,sad,a dull day"));
    const given = { data, valid, textColumn: null, labelColumn: "mood" };
    const { data: { corpus } } = await CLASSIFIER_PROGRAM.read(complete(CLASSIFIER_PROGRAM.plan, given, "read"));
    assertEquals(corpus.valid?.[0], { text: "a fine day", label: "happy" });
  });
});

Deno.test("labels are divided at the separator of the training texts, though they have another character too", async () => {
  const train = rows("text,labels", "a fine day,sun/warm|dry", "a dull day,rain");
  const files = { "train.csv": train, "test.csv": rows("text,labels", "a fine day,sun", "a dull day,rain/warm|dry") };
  const plan = { multiLabel: true, labelSeparator: "/" };
  const { fields } = await evaluateLike(CLASSIFIER_PROGRAM, { files, plan, model: { ...SMALL, wide: false } });
  const labels = fields.labels as { readonly label: string }[];
  assertEquals(labels.map(({ label }) => label), ["rain", "sun", "warm|dry"]);
});

Deno.test("the place of labels in the headers of FASTA is that of the training sequences", async () => {
  const letters = "ACGTACGTACGTAC";
  const file = (labels: readonly string[]): string =>
    labels.map((label, i) => `>${label} ${i}\n${letters.slice(i % 3)}GAT\n`).join("");
  const [train, test] = [file(["pos", "neg", "pos", "neg"]), file(["neg", "pos"])];
  const report = await evaluateLike(CLASSIFIER_PROGRAM, {
    files: { "train.fa": train, "test.fa": test },
    plan: { labelColumn: "1" },
    model: { ...SMALL, wide: false },
  });
  assertStringIncludes(report.lines[0], "neg 1, pos 1");
});

Deno.test("a translator is evaluated in the direction in which it was trained", async () => {
  const files = {
    "train.tsv": "fr\ten\nun jour\ta day\nune nuit\ta night\n",
    "test.tsv": "en\tfr\na night\tune nuit\na day\tun jour\n",
  };
  const model = { embed: 2, hidden: 2, encoderHidden: 1 };
  const { fields } = await evaluateLike(TRANSLATOR_PROGRAM, { files, model, plan: { tokenizer: "char" } });
  assertEquals((fields.table as { readonly columns: unknown }).columns, ["fr", "en"]);
  for (const evaluation of [{ sourceColumn: "en" }, { sourceColumn: "en", targetColumn: "fr" }]) {
    const asked = await evaluateLike(TRANSLATOR_PROGRAM, { files, model, plan: { tokenizer: "char" }, evaluation });
    assertEquals((asked.fields.table as { readonly columns: unknown }).columns, ["en", "fr"]);
  }
});

Deno.test("a language model is evaluated on documents with the field and the separator of its training", async () => {
  const text = "one two###two one###";
  const plan = { documentSeparator: "###" };
  const divided = { files: { "train.txt": text, "test.txt": "two###one###two two" }, plan, model: SMALL };
  assertStringIncludes((await evaluateLike(LANGUAGE_MODEL_PROGRAM, divided)).lines[1], "3 documents");
  const whole = await evaluateLike(LANGUAGE_MODEL_PROGRAM, {
    ...divided,
    files: { "train.txt": text, "test.txt": "two one" },
  });
  assertStringIncludes(whole.lines[1], "1 document,");
  assertEquals(whole.warnings, []);
  const record = (story: string): string => JSON.stringify({ text: "unused words here", story }) + "\n";
  const { fields } = await evaluateLike(LANGUAGE_MODEL_PROGRAM, {
    files: { "train.jsonl": record("abab") + record("baba"), "test.jsonl": record("abba") },
    plan: { textColumn: "story" },
    model: SMALL,
  });
  assertEquals(fields.tokens, 5); // Four characters and the end.
});

Deno.test("a classifier of vectors reads frames and labels from the fields of its training records", async () => {
  const record = (path: number[], move: string): string =>
    JSON.stringify({ label: "unused", frames: [[9]], move, path: path.map((value) => [value, 1]) }) + "\n";
  const train = [[1, 2], [3, 1]].map((path, i) =>
    record(path, ["left", "right"][i % 2]).replace(/"label".*?"move"/, '"move"')
  );
  const report = await evaluateLike(VECTOR_PROGRAM, {
    files: { "train.jsonl": train.join(""), "test.jsonl": record([4, 5], "right") },
    plan: { labelColumn: "move", validFraction: 0 },
    model: { hidden: 2 },
  });
  assertStringIncludes(report.lines[0], "2 frames of 2 values (JSON Lines): right 1.");
});

Deno.test("a recognizer is evaluated on the columns of its training list", async () => {
  const sound = wavFile({
    channels: [Array.from({ length: 8000 }, (_, i) => Math.sin(i / 7))],
    rate: 16000,
    encoding: "float 32",
  });
  const files = {
    "one.wav": sound,
    "two.wav": sound,
    "train.csv": "clip,said\none.wav,one\ntwo.wav,two\n",
    "test.csv": "path,text,clip,said\nnone.wav,x,one.wav,one\n",
  };
  const report = await evaluateLike(SPEECH_PROGRAM, {
    files,
    plan: { pathColumn: "clip", textColumn: "said", validFraction: 0 },
    model: { hidden: 2, layers: 1 },
  });
  assertStringIncludes(report.lines.at(-1)!, "1 utterance (0.5 seconds) (columns clip and said)");
});

Deno.test("commas in numbers are what they are in the training series where the numbers leave it open", async () => {
  const dates = Array.from({ length: 24 }, (_, i) => new Date(Date.UTC(2024, 0, i + 1)).toISOString().slice(0, 10));
  const table = (divider: string, numberOf: (i: number) => string): string =>
    ["date", ...dates].map((date, i) => `${date}${divider}${i === 0 ? "sold" : numberOf(i)}`).join("\n") + "\n";
  const train = table(";", (i) => `${i},5`);
  const report = await evaluateLike(FORECASTER_PROGRAM, {
    files: { "train.csv": train, "test.csv": table(",", (i) => `"${i + 10},125"`) },
    plan: { horizon: 2, holdout: 1 },
    model: { hidden: 2, horizon: 2 },
  });
  const methods = report.fields.methods as { readonly method: string; readonly mae: number }[];
  assertEquals(methods.every(({ mae }) => mae < 100), true, JSON.stringify(methods));
});

Deno.test("the known labels tell which of two columns without names holds them", async () => {
  const train = "a fine day\thappy\na dull day\tsad\na good day\thappy\na bad day\tsad\n";
  const { lines } = await evaluateLike(CLASSIFIER_PROGRAM, {
    files: { "train.tsv": train, "test.tsv": "happy\ta grey day\nsad\ta grey day\n" },
    model: { ...SMALL, wide: false },
  });
  assertStringIncludes(lines[0], "happy 1, sad 1");
});
