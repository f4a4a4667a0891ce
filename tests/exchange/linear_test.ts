// Classifiers with a linear model: their graphs, and the programs in Python that compute the features of texts. The
// latter need a Python: the one that the environment variable PYTHON names, or python3.

import { Classifier, treebankTokenizer } from "@elman/elman";
import { Engine } from "@elman/elman/nn";
import { linearInputs } from "@elman/elman/tasks";
import { featureProgram } from "../../tasks/classification/feature_program.ts";
import { readBoth } from "../../tasks/classification/inference.ts";
import { encodeAll } from "../../tasks/classification/texts.ts";
import { padTexts } from "../../tasks/batching/mod.ts";
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { HAS_PYTHON, runPython } from "./python.ts";
import { compare, Dice, given, randomize, runSession, sessionsOf, type Values } from "./support.ts";

const engine = new Engine();
const WORDS = ["a", "fine", "Film", "dull", "New-York", "isn't", "3.5", "bad!", "東京", "😀"];
const LETTERS = ["A", "C", "G", "T"];

/** Draws a text of some parts. */
function draw(dice: Dice, parts: readonly string[], count: number, separator: string): string {
  return Array.from(dice.ids(count, parts.length), (i) => parts[i]).join(separator);
}

async function check(options: object, { parts = WORDS, separator = " " } = {}): Promise<void> {
  const dice = new Dice(11, engine);
  const text = (most: number): string => draw(dice, parts, dice.integer(separator === "" ? 6 : 1, most), separator);
  const labels = ["a", "b", "c"];
  const train = Array.from({ length: 12 }, (_, i) => ({ text: text(9), label: labels[i % 3] }));
  const tokenizer = treebankTokenizer(train.map(({ text }) => text));
  const model = Classifier.create({ tokenizer, labels, embed: 4, hidden: 5, members: 1, ...options, engine });
  await model.fit(train, { epochs: 1 });
  for (const member of model.network.members) randomize(member, dice);
  const [session] = (await sessionsOf(model)).values();
  const [scores] = (await sessionsOf(model, { logProbabilities: true })).values();
  for (const count of [1, 2, 5]) {
    const texts = Array.from({ length: count }, () => text(count === 2 ? 200 : 12));
    const readable = encodeAll(texts.map((text) => ({ text, label: "" })), tokenizer, 10_000, "given");
    const readings = await readBoth(model.network, readable, { linear: model.config.linear });
    const { ids, lengths } = padTexts(readable.ids, Int32Array.from(texts.keys()));
    const { features, values, shape } = linearInputs(texts, model.config);
    const inputs = {
      ids: given(ids, ids.length / count, count),
      lengths: given(lengths, count),
      features: given(features, ...shape),
      feature_values: given(values, ...shape),
    };
    const feeds = Object.fromEntries(session.inputNames.map((name) => [name, inputs[name as "ids"] as Values]));
    const logits = Float32Array.from(readings.flatMap(({ logits }) => [...logits]));
    await compare(session, feeds, { logits: given(logits, count, 3) });
    const { log_probabilities: found } = await runSession(scores, feeds);
    const probabilities = (await model.classify(texts)).flatMap((one) => Object.values(one.probabilities));
    probabilities.forEach((p, i) => assertAlmostEquals(Math.exp(Number(found.data[i])), p, 1e-5));
  }
}

for (
  const [name, options] of Object.entries({
    "beside a network": { wide: true },
    "beside an ensemble": { wide: true, members: 2 },
    "alone": { architecture: "linear" },
    "of several labels beside a network": { wide: true, multiLabel: true },
    "of several labels alone": { architecture: "linear", multiLabel: true },
  })
) {
  Deno.test(`a linear model ${name} is the same in ONNX`, async () => await check(options));
}

Deno.test("a linear model of sequences is the same in ONNX", async () => {
  await check({ architecture: "linear", alphabet: "dna" }, { parts: LETTERS, separator: "" });
});

const SCRIPT = "import json, sys, features\nprint(json.dumps(features.inputs(json.load(sys.stdin))))";

const TEXTS = [
  "A fine film.",
  "It didn't WORK, o'clock; New-York 3.5% e.g. U.S.A. ...!!",
  "’tis Ünïcode café naïve 東京都 αβγΣ ΣΑΣ ﬁ Ⅷ ½ ²",
  "x",
  "  spaced\tout\n",
  "emoji 😀😀 a_b c&d -lrb- N'T can't CAN'T",
  "McDonald's XXxx Aa1 A-B A--b हिन्दी ǅungla İstanbul ſs K",
  "ACGTACGTAC GT",
];
const FEATURES = { words: 0, shapes: false, letters: [1, 6], positions: null, buckets: 2 ** 20 } as const;

Deno.test({ name: "the program in Python computes the same features", ignore: !HAS_PYTHON }, async () => {
  const folder = await Deno.makeTempDir();
  const cases = [
    [{ ...FEATURES, words: 3, shapes: true, letters: [2, 6] }, null],
    [{ ...FEATURES, words: 2, letters: null, buckets: 2 ** 10 }, null],
    [{ ...FEATURES, words: 3, gaps: 3, openings: true }, null],
    [{ ...FEATURES, positions: 12, regions: 10 }, "dna"],
    [{ ...FEATURES, gaps: 4 }, "dna"],
    [{ ...FEATURES, positions: 12 }, null],
    [{ ...FEATURES, marks: true }, null],
    [FEATURES, null],
  ] as const;
  for (const [features, alphabet] of cases) {
    const config = { linear: { ...features, blend: [1, 1] }, alphabet } as const;
    await Deno.writeTextFile(`${folder}/features.py`, featureProgram(config));
    const [ids, values] = await runPython(folder, SCRIPT, TEXTS) as number[][][];
    const own = linearInputs(TEXTS, config);
    assertEquals(ids.flat(), [...own.features]);
    assert(values.flat().every((value, i) => Math.abs(value - own.values[i]) < 1e-6));
  }
  await Deno.remove(folder, { recursive: true });
});
