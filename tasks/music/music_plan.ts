import { InputRangeError, isInputError } from "../../errors.ts";
import { Random } from "../../src/nn/mod.ts";
import { choice, count, describeList, integer, nullable, path, type Schema } from "../../src/schema/mod.ts";
import { PipelineTokenizer, presets, type Tokenizer } from "../../tokenizers/mod.ts";
import { FILE, FRACTIONS } from "../data/mod.ts";
import { readABC, textToTune, transposeTune, tuneToText } from "../data/music/abc/mod.ts";
import {
  describeProblems,
  type PianoRoll,
  type PianoRolls,
  ProblemList,
  rollToText,
  type Score,
  scoreToEvents,
  scoreToRoll,
} from "../data/music/mod.ts";
import { MOST_BARS } from "../data/music/abc/text.ts";
import { generateTunes } from "../default_data/mod.ts";
import { naming } from "../data/named_error.ts";
import type { DataSet } from "../task_model/mod.ts";
import type { MusicCorpus } from "./corpus.ts";
import { STEPS_PER_QUARTER } from "./hyperparameters.ts";
import { transposedEvents } from "./notations/event_transposition.ts";
import { changesKey, headerKey, transposeToken } from "./notations/tune_transposition.ts";
import { type MusicFiles, type MusicReading, readMusic, warningsOf } from "./music_files.ts";

/** The notations in which music is learned. */
export const NOTATIONS = ["steps", "abc", "events"] as const;

/** The source of music, its split and its notation. */
export interface MusicPlan {
  /** The file or folder of music; null for generated tunes. */
  readonly data: string | null;
  /** Validation music. */
  readonly valid: string | null;
  /** Test music. */
  readonly test: string | null;
  /** Share of the pieces used for validation if there is none. Default: 0.1. */
  readonly validFraction: number;
  /** Share of the pieces used for testing if there is none. Default: 0. */
  readonly testFraction: number;
  /** The notation: `steps`, `abc` or `events`; null for what suits the files. */
  readonly notation: typeof NOTATIONS[number] | null;
  /** Time steps of a quarter note in piano rolls, and of MIDI files in the notation `steps`. Default: 2. */
  readonly stepsPerQuarter: number;
  /** Number of generated tunes. Default: 2000. */
  readonly tunes: number;
  /** Seed of the split and of the generated tunes. Default: 1. */
  readonly seed: number;
}

/** The schema of the source, the split and the notation. */
export const MUSIC_PLAN: Schema<MusicPlan> = {
  data: nullable(path({
    ...FILE,
    help: "Tunes in ABC, a MIDI file, piano rolls in JSON, or a folder of such files.",
  })),
  valid: nullable(path({ ...FILE, needs: ["data"], help: "Validation music.", defaultText: "a share of the pieces" })),
  test: nullable(path({ ...FILE, needs: ["data"], help: "Test music, measured once after training." })),
  ...FRACTIONS,
  notation: nullable(choice(NOTATIONS, {
    group: "data",
    defaultText: "abc for tunes, events for MIDI, steps for piano rolls",
    help: "Notation of music as tokens; MIDI files also as steps.",
  })),
  stepsPerQuarter: STEPS_PER_QUARTER,
  tunes: integer({
    group: "data",
    notWith: ["data"],
    min: 20,
    max: 100_000,
    default: 2000,
    help: "Number of generated tunes.",
  }),
  seed: integer({ group: "data", min: 0, default: 1, help: "Seed of the split and of the generated tunes." }),
};

/** Music that has been read: the texts of pieces, their notation, and the words that a tokenizer needs besides. */
export interface MusicData {
  readonly corpus: MusicCorpus;
  readonly notation: typeof NOTATIONS[number];
  /** Whether it is generated, in all keys. */
  readonly isGenerated: boolean;
}

/** Reads or generates music, and splits it. */
export async function readMusicData(plan: MusicPlan): Promise<DataSet<MusicData>> {
  if (plan.data === null) return generatedData(plan);
  const read = async (path: string | null): Promise<MusicReading | undefined> =>
    path === null ? undefined : await readMusic(path);
  const [data, valid, test] = [await readMusic(plan.data), await read(plan.valid), await read(plan.test)];
  const notation = plan.notation ?? SUITED[data.music.kind];
  const problems = new ProblemList();
  const options = { notation, stepsPerQuarter: plan.stepsPerQuarter, problems };
  const parts = data.music.kind === "rolls" && data.music.rolls.isSplit ? data.music.rolls : undefined;
  const textsOf = (music: MusicFiles, part: TextOptions["part"], path: string): string[] => {
    const texts = naming(path, () => pieceTexts(music, { ...options, part }));
    if (texts.length > 0 || music.kind !== "scores") return texts;
    const expected = "at least 1 piece that can be converted";
    throw new InputRangeError(`read ${path}: expected ${expected}, found ${describeProblems(problems.list())}`);
  };
  const all = textsOf(data.music, parts && "train", plan.data);
  if (all.length === 0) {
    throw new InputRangeError(`read ${plan.data}: expected at least 1 training piece, found only other parts`);
  }
  const own = (part: "valid" | "test", other: MusicReading | undefined): string[] | undefined => {
    if (other !== undefined) return textsOf(other.music, part, plan[part]!);
    // A part that the file lacks is split off: it must not be the training pieces again.
    return parts && parts[part].length > 0 ? textsOf(data.music, part, plan.data!) : undefined;
  };
  const given = { valid: own("valid", valid), test: own("test", test) };
  const corpus = splitPieces(all, given, plan);
  const warnings = [
    ...warningsOf(plan.data, data.problems),
    ...warningsOf(plan.valid ?? "", valid?.problems ?? []),
    ...warningsOf(plan.test ?? "", test?.problems ?? []),
    ...warningsOf(`as ${notation}`, problems.list()),
  ];
  return { data: { corpus, notation, isGenerated: false }, notes: [describe(plan.data, corpus)], warnings };
}

/** The notation that suits each kind of file. */
const SUITED = { rolls: "steps", tunes: "abc", scores: "events" } as const;

/** How pieces become texts. */
export interface TextOptions {
  readonly notation: typeof NOTATIONS[number];
  readonly stepsPerQuarter: number;
  /** The part of split piano rolls; undefined for all. */
  readonly part?: (typeof PARTS)[number];
  /** Counts what the notation changes, such as notes that move to its grid. */
  readonly problems?: ProblemList;
}

/** Returns the texts of pieces. Throws `RangeError` if their files have no such notation. */
export function pieceTexts(music: MusicFiles, { notation, stepsPerQuarter, part, problems }: TextOptions): string[] {
  if (music.kind === "rolls" && notation === "steps") return rollsOf(music.rolls, part).map(rollToText);
  if (music.kind === "tunes" && notation === "abc") return music.tunes.map((tune) => tuneToText(tune));
  if (music.kind === "scores" && notation !== "abc") {
    return music.scores.flatMap((score, i) => {
      const place = music.scores.length > 1 ? `piece ${i + 1}` : "";
      try {
        return [scoreText(score, place, { notation, stepsPerQuarter, problems })];
      } catch (error) {
        // A piece that is too long is no reason to lose the others.
        if (!isInputError(error) || place === "") throw error;
        problems?.add("pieces that cannot be converted", `${place}: ${error.message}`);
        return [];
      }
    });
  }
  throw new InputRangeError(
    `read music: expected ${READABLE[notation]} for the notation ${notation}, found ${NOUNS[music.kind]}`,
  );
}

/** Returns the pieces of a part, or of all. Throws `RangeError` if there are none, but several other parts. */
function rollsOf(rolls: PianoRolls, part: TextOptions["part"]): readonly PianoRoll[] {
  if (part !== undefined && (rolls[part].length > 0 || rolls.isSplit && part === "train")) return rolls[part];
  const found = PARTS.filter((name) => rolls[name].length > 0);
  // A file with one part, such as a test set, is that part for whoever asks for any.
  if (part === undefined || found.length === 1) return found.flatMap((name) => rolls[name]);
  throw new InputRangeError(`read piano rolls: expected a part "${part}", found ${describeList(found)}`);
}

/** The parts of split piano rolls. */
const PARTS = ["train", "valid", "test"] as const;

function scoreText(score: Score, place: string, { notation, stepsPerQuarter, problems }: TextOptions): string {
  const own = new ProblemList();
  const steps = notation === "steps" ? rollToText(scoreToRoll(score, { stepsPerQuarter, problems: own })) : undefined;
  const events = steps === undefined ? scoreToEvents(score) : undefined;
  problems?.addAll(events?.problems ?? own.list(), place);
  const text = steps ?? events!.text;
  if (!/\d/.test(text)) throw new InputRangeError("read music: expected notes, found only drums");
  return text;
}

/** The files that each notation is read from. */
const READABLE = { steps: "piano rolls or MIDI files", abc: "tunes in ABC", events: "MIDI files" } as const;

const NOUNS = { rolls: "piano rolls", tunes: "tunes", scores: "MIDI files" } as const;

function generatedData({ tunes, seed, validFraction, testFraction }: MusicPlan): DataSet<MusicData> {
  const texts = generateTunes(tunes, { seed }).map(({ abc }) => tuneToText(readABC(abc).tunes[0]));
  const corpus = splitPieces(texts, {}, { seed, validFraction, testFraction });
  const data = { corpus, notation: "abc", isGenerated: true } as const;
  return { data, notes: [describe("Generated tunes", corpus)], warnings: [] };
}

/** Splits pieces at random. Throws `RangeError` if a part would be empty. */
function splitPieces(
  pieces: readonly string[],
  given: { readonly valid?: readonly string[]; readonly test?: readonly string[] },
  { validFraction, testFraction, seed }: Pick<MusicPlan, "validFraction" | "testFraction" | "seed">,
): MusicCorpus {
  const draws = new Random(seed).uniform(pieces.length);
  const order = pieces.map((text, i) => ({ text, draw: draws[i] })).sort((a, b) => a.draw - b.draw)
    .map(({ text }) => text);
  const countOf = (part: readonly string[] | undefined, share: number): number =>
    part !== undefined || share === 0 ? 0 : Math.max(1, Math.round(share * pieces.length));
  const [validCount, testCount] = [countOf(given.valid, validFraction), countOf(given.test, testFraction)];
  const train = order.slice(validCount + testCount);
  if (train.length === 0) {
    throw new InputRangeError(
      `split music: expected at least ${count(validCount + testCount + 1, "piece")}, found ${pieces.length}; with ` +
        "--valid-fraction 0 nothing is held back",
    );
  }
  const valid = given.valid ?? (validCount > 0 ? order.slice(0, validCount) : undefined);
  const test = given.test ?? (testCount > 0 ? order.slice(validCount, validCount + testCount) : undefined);
  return { train, ...valid && { valid }, ...test && { test } };
}

function describe(path: string, { train, valid, test }: MusicCorpus): string {
  const parts = [
    count(train.length, "training piece"),
    ...valid ? [count(valid.length, "validation piece")] : [],
    ...test ? [count(test.length, "test piece")] : [],
  ];
  return `${path}: ${parts.join(", ")}.`;
}

/** The most semitones by which the tokens of transposed music are known. */
const KNOWN_SEMITONES = 6;

/** These numbers of semitones, down and up. */
const SHIFTS = Array.from({ length: 2 * KNOWN_SEMITONES + 1 }, (_, i) => i - KNOWN_SEMITONES)
  .filter((shift) => shift !== 0);

/** No limit: a token that the training pieces have, moved or not, must have an id. */
const ALL_TOKENS = Number.MAX_SAFE_INTEGER;

/** The tokens of all numbers of bars and of bars left. */
const BAR_COUNTS = Array.from({ length: MOST_BARS }, (_, i) => [`B:${i + 1}`, `@${i + 1}`]).flat();

/** Trains a tokenizer on the training pieces, and on them transposed. */
export async function musicTokenizer(
  { corpus: { train, valid = [] }, notation, isGenerated }: MusicData,
): Promise<Tokenizer> {
  switch (notation) {
    case "steps": {
      let [low, high] = [Infinity, -Infinity];
      for (const text of train) {
        for (const [pitch] of text.matchAll(/\d+/g)) [low, high] = [Math.min(low, +pitch), Math.max(high, +pitch)];
      }
      if (low > high) throw new InputRangeError("read music: expected a piece with a note, found none");
      const range = {
        lowest: Math.max(0, low - 2 * KNOWN_SEMITONES),
        highest: Math.min(127, high + 2 * KNOWN_SEMITONES),
      };
      return await PipelineTokenizer.train(["."], presets.steps(range));
    }
    case "abc": {
      // All tokens of generated tunes are known; others may meet those of their transpositions.
      const own = isGenerated ? valid.flatMap((text) => text.split(" ")) : transposedWords(train);
      return await PipelineTokenizer.train(
        train,
        presets.abc({ words: [...new Set([...BAR_COUNTS, ...own])], vocabSize: ALL_TOKENS }),
      );
    }
    case "events": {
      const words = transposedEvents(train, SHIFTS);
      return await PipelineTokenizer.train(train, presets.events({ words, vocabSize: ALL_TOKENS }));
    }
  }
}

/** Returns the tokens of tunes, and those of the tunes transposed. */
function transposedWords(texts: readonly string[]): string[] {
  const words = new Set<string>();
  const byKey = new Map<string, Set<string>>();
  for (const text of texts) {
    const tokens = text.split(" ");
    if (changesKey(tokens)) {
      const { tune } = textToTune(text);
      for (const shift of SHIFTS) {
        const moved = transposeTune(tune, shift);
        for (const word of moved ? tuneToText(moved).split(" ") : []) words.add(word);
      }
    } else {
      const key = headerKey(tokens);
      const own = byKey.get(key) ?? new Set();
      byKey.set(key, own);
      for (const token of tokens) own.add(token);
    }
  }
  for (const [key, own] of byKey) {
    for (const token of own) for (const shift of SHIFTS) words.add(transposeToken(token, key, shift) ?? token);
  }
  return [...words].sort();
}
