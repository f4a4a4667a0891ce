// Trains a translator whose language puts adjectives after the noun, and shows which word it read for each of its own.
// deno run examples/scripts/translate_phrases.ts

import { Translator, WordTokenizer } from "@elman/elman";

const NOUNS = [
  "car coche",
  "book libro",
  "dog perro",
  "house casa",
  "table mesa",
  "door puerta",
  "cat gato",
  "cup taza",
]
  .map((line) => line.split(" "));
const ADJECTIVES = ["red roj", "yellow amarill", "black negr", "white blanc", "narrow estrech", "old viej"]
  .map((line) => line.split(" "));

/** Each noun with each adjective in English and Spanish, in which the article and the adjective agree with the noun. */
const THINGS = NOUNS.flatMap(([english, noun]) =>
  ADJECTIVES.map(([adjective, stem]) => {
    const [article, ending] = noun.endsWith("a") ? ["la", "a"] : ["el", "o"];
    return { source: `the ${adjective} ${english}`, target: `${article} ${noun} ${stem}${ending}` };
  })
);

/** Two things each, a part of all combinations. */
const PAIRS = Array.from({ length: 400 }, (_, i) => {
  const [first, second] = [THINGS[i * 7 % THINGS.length], THINGS[(i * i + i) % (THINGS.length - 1)]];
  return { source: `${first.source} and ${second.source}`, target: `${first.target} y ${second.target}` };
});

/** Trains on most phrases, translates the others, and prints the attention of one. */
export async function main(): Promise<void> {
  const [train, valid] = [PAIRS.slice(20), PAIRS.slice(0, 20)];
  const sourceTokenizer = WordTokenizer.train(train.map(({ source }) => source).join("\n"));
  const targetTokenizer = WordTokenizer.train(train.map(({ target }) => target).join("\n"));
  const translator = Translator.create({ sourceTokenizer, targetTokenizer, embed: 16, hidden: 32 });
  await translator.fit({ train, valid }, { epochs: 12, learningRate: 0.02, batchTokens: 150, seed: 1 });
  const { exactMatch } = await translator.evaluate(valid);
  console.log(`${(exactMatch * 100).toFixed(0)} % of ${valid.length} new phrases are correct`);
  const { text, tokens, sourceTokens, attention } = await translator.translate("the red table and the old dog");
  console.log(text);
  for (const [i, weights] of attention.entries()) {
    console.log(`for ${tokens[i]} it read most of all ${sourceTokens[weights.indexOf(Math.max(...weights))]}`);
  }
}

if (import.meta.main) await main();
