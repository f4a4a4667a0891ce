import { models, preTokenizers, trainers } from "../../tokenizers/mod.ts";
import { compareVocabularies, learnInOrderOf } from "../tokenizers/trainers/reference_order.ts";
import { logLikelihoodPerCharacter } from "./likelihood.ts";
// deno-lint-ignore no-import-prefix
import { BPE, type Model, Tokenizer, Unigram, whitespacePreTokenizer, WordPiece } from "npm:tokenizers@0.23.2";

/** The comparison of a trainer's vocabulary with the reference's. */
export interface TrainingAgreement {
  readonly what: string;
  readonly corpus: string;
  /** A description with numbers. */
  readonly result: string;
  readonly isGood: boolean;
}

/** Training lines, with line ends, and held-out lines. */
interface Corpus {
  readonly name: string;
  readonly train: readonly string[];
  readonly held: readonly string[];
}

/**
 * The vocabulary sizes that the reference's binding uses for BPE and WordPiece, and for unigram models; it accepts no
 * others.
 */
const SIZE = 30_000;
const UNIGRAM_SIZE = 8000;

/** Trains on the same texts as Hugging Face's native tokenizers. */
export async function compareTrainers(data: string): Promise<TrainingAgreement[]> {
  const agreements: TrainingAgreement[] = [];
  for (const corpus of await readCorpora(data)) {
    agreements.push(await compareBPE(corpus), await compareWordPiece(corpus), await compareUnigram(corpus));
  }
  return agreements;
}

async function readCorpora(data: string): Promise<Corpus[]> {
  const lines = async (...names: readonly string[]): Promise<string[]> => {
    const texts = await Promise.all(names.map((name) => Deno.readTextFile(`${data}/${name}`)));
    return texts.flatMap((text) => text.split(/(?<=\n)/));
  };
  const shakespeare = await lines("tinyshakespeare/input.txt");
  const cut = Math.floor(shakespeare.length * 0.9);
  return [
    { name: "tiny Shakespeare", train: shakespeare.slice(0, cut), held: shakespeare.slice(cut) },
    {
      name: "Multi30k, English and German",
      train: await lines("multi30k/train.en", "multi30k/train.de"),
      held: await lines("multi30k/val.en", "multi30k/val.de"),
    },
  ];
}

/** The compared parts of a `tokenizer.json`'s `model`. */
interface ModelJSON {
  readonly vocab: Record<string, number> | [string, number][];
  readonly merges: readonly (readonly string[])[];
}

async function trainNative(model: Model, lines: readonly string[]): Promise<ModelJSON> {
  const directory = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${directory}/train.txt`, lines.join(""));
    const tokenizer = new Tokenizer(model);
    tokenizer.setPreTokenizer(whitespacePreTokenizer());
    tokenizer.train([`${directory}/train.txt`]);
    tokenizer.save(`${directory}/tokenizer.json`);
    return JSON.parse(await Deno.readTextFile(`${directory}/tokenizer.json`)).model;
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

function countsOf(lines: readonly string[]): Promise<ReadonlyMap<string, number>> {
  return trainers.countPieces(lines, { preTokenizer: new preTokenizers.Whitespace() });
}

async function compareBPE({ name, train }: Corpus): Promise<TrainingAgreement> {
  const expected = await trainNative(BPE.empty(), train);
  const vocabulary = new Map(Object.entries(expected.vocab as Record<string, number>));
  const counts = await countsOf(train);
  const whole = new trainers.BPE({ vocabSize: SIZE }).train(counts);
  const small = new trainers.BPE({ vocabSize: 8000 }).train(counts);
  const isSame = ({ vocabulary: found, merges }: models.BPE, size: number, mergeCount: number): boolean =>
    found.size === size && [...found].every(([token, id]) => vocabulary.get(token) === id) &&
    merges.length === mergeCount && merges.every((pair, i) => pair.join(" ") === expected.merges[i].join(" "));
  const same = [
    isSame(whole, vocabulary.size, expected.merges.length),
    isSame(small, 8000, small.merges.length),
  ];
  const words = (isSame: boolean): string => isSame ? "the same" : "NOT the same";
  const result = `all ${vocabulary.size} tokens and ${expected.merges.length} merges are ${words(same[0])}; ` +
    `a vocabulary of 8,000 tokens starts ${words(same[1])}`;
  return { what: "BPE", corpus: name, result, isGood: same.every((isSame) => isSame) };
}

async function compareWordPiece({ name, train }: Corpus): Promise<TrainingAgreement> {
  const counts = await countsOf(train);
  const runs = await Promise.all([1, 2].map(async () => {
    const { vocab } = await trainNative(WordPiece.empty(), train);
    return new Map(Object.entries(vocab as Record<string, number>));
  }));
  const ours = new trainers.WordPiece({ vocabSize: SIZE }).train(counts).vocabulary;
  const different = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number => {
    const { missing, extra } = compareVocabularies(a, b);
    return missing.length + extra.length;
  };
  const inOrder = runs.map((run) =>
    compareVocabularies(learnInOrderOf(run, counts, { vocabSize: SIZE }).vocabulary, run)
  );
  const isGood = inOrder.every(({ missing, extra, moved }) => missing.length + extra.length + moved.length === 0);
  const result = `${runs[0].size} tokens; ${different(ours, runs[0])} occur in only one of the two vocabularies, ` +
    `compared with ${
      different(runs[0], runs[1])
    } for two runs of the reference; with ties broken in a run's own order ` +
    `of marked characters, tokens and ids are ${isGood ? "the same" : "NOT the same"}`;
  return { what: "WordPiece", corpus: name, result, isGood };
}

async function compareUnigram({ name, train, held }: Corpus): Promise<TrainingAgreement> {
  const { vocab } = await trainNative(Unigram.empty(), train);
  const pieces = vocab as [string, number][];
  const size = Math.min(UNIGRAM_SIZE, pieces.length);
  const ours = new trainers.Unigram({ vocabSize: size }).train(await countsOf(train));
  const heldCounts = await countsOf(held);
  const [found, expected] = [ours, new models.Unigram({ pieces })].map((model) =>
    logLikelihoodPerCharacter(model, heldCounts)
  );
  const difference = (found - expected) / Math.abs(expected);
  const result =
    `held-out log-likelihood: ${found.toFixed(4)} nats per character with ${ours.vocabulary.size} pieces; ` +
    `reference: ${expected.toFixed(4)} with ${pieces.length}; difference: ${(100 * difference).toFixed(2)} %`;
  return { what: "Unigram", corpus: name, result, isGood: difference > -0.01 };
}
