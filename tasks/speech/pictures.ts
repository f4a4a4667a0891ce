import { abbreviate } from "../../src/schema/mod.ts";
import { secondsOf } from "../data/audio/mod.ts";
import {
  type ChartLayer,
  type ChartPicture,
  describeShown,
  type MatrixPicture,
  pickEvenly,
  type Picture,
  type TablePicture,
} from "../task_model/picture.ts";
import { expectSpeechCorpus, type Utterance } from "./corpus.ts";
import { alignSymbols, wordsOf } from "./measures.ts";
import type { ComparedTranscript, SpeechRecognizer } from "./model.ts";
import { BLANK } from "./network.ts";
import type { HeardSound } from "./spectrogram.ts";
import type { SpeechTypes } from "./task.ts";

/** Most utterances that are transcribed, and most seconds of them; of more, some are picked. */
const [MOST_UTTERANCES, MOST_SECONDS] = [200, 600];
/** Numbers of confusions and of worst utterances, and characters of a text. */
const [CONFUSIONS, WORST, TEXT_LENGTH] = [20, 12, 400];
/** Bands and time steps of the spectrogram, and curves beside that of the blank. */
const [BANDS, STEPS, CURVES] = [12, 40, 8];
/** Most points of a curve. */
const MOST_POINTS = 200;
/** Seconds that the sound of the spectrogram should have. */
const DRAWN_SECONDS = 2.5;

/** Shows what is confused in validation utterances, the worst of them, and one sound as the recognizer hears it. */
export async function speechPictures(model: SpeechRecognizer, data: SpeechTypes["data"]): Promise<Picture[]> {
  const { valid: all = [] } = expectSpeechCorpus("transcribe", data);
  const valid = all.filter(({ sound, text }) => text.trim() !== "" && model.processor.framesOf(sound) > 0);
  const heard = withinSeconds(pickEvenly(valid, MOST_UTTERANCES));
  if (heard.length === 0) return [];
  const { transcripts } = await model.evaluate(heard);
  const source = describeShown(heard.length, valid.length, "validation utterance");
  const seconds = heard.map(({ sound }) => Math.abs(secondsOf(sound) - DRAWN_SECONDS));
  const drawn = heard[seconds.indexOf(Math.min(...seconds))];
  return [
    confusions("Confused words", "word", source, transcripts, wordsOf),
    confusions("Confused characters", "character", source, transcripts, (text) => [...text]),
    worstUtterances(transcripts, source),
    ...soundPictures(model, drawn.text, await model.inspect(drawn.sound)),
  ];
}

/** Returns the first utterances that take no more than the most seconds together. */
function withinSeconds(utterances: readonly Utterance[]): Utterance[] {
  let seconds = 0;
  return utterances.filter(({ sound }) => {
    const fits = seconds + secondsOf(sound) <= MOST_SECONDS;
    if (fits) seconds += secondsOf(sound);
    return fits;
  });
}

/** Lists what was heard most often in place of something else. */
function confusions(
  title: string,
  noun: string,
  source: string,
  transcripts: readonly ComparedTranscript[],
  divide: (text: string) => readonly string[],
): TablePicture {
  const counts = new Map<string, { row: readonly [string, string]; count: number }>();
  const said = new Map<string, number>();
  for (const { reference, text } of transcripts) {
    for (const pair of alignSymbols(divide(reference), divide(text))) {
      const row = [shown(pair.reference), shown(pair.found)] as const;
      said.set(row[0], (said.get(row[0]) ?? 0) + 1);
      if (pair.reference === pair.found) continue;
      const key = JSON.stringify(row);
      counts.set(key, { row, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }
  const most = [...counts.values()].sort((a, b) => b.count - a.count).slice(0, CONFUSIONS);
  return {
    kind: "table",
    title,
    note: `The most frequent errors of greedy search on ${source}, and their share of all times that the ${noun} was ` +
      `said. A dash stands for no ${noun}.`,
    heads: ["said", "heard", "times", "share"],
    rows: most.map(({ row, count }) => [...row, count, row[0] === NOTHING ? null : count / said.get(row[0])!]),
  };
}

const NOTHING = "–";

function shown(symbol: string | undefined): string {
  return symbol === undefined ? NOTHING : symbol.replaceAll(/\s/g, "·");
}

/** Shows the utterances with the highest shares of wrong words, with errors in brackets. */
function worstUtterances(transcripts: readonly ComparedTranscript[], source: string): TablePicture {
  const rateOf = ({ wordErrors: { substitutions, deletions, insertions, length } }: ComparedTranscript): number =>
    (substitutions + deletions + insertions) / Math.max(1, length);
  const wrong = transcripts.filter((one) => rateOf(one) > 0).sort((a, b) => rateOf(b) - rateOf(a)).slice(0, WORST);
  return {
    kind: "table",
    title: "Worst utterances",
    note: `Those with the highest word error rates of ${source}. Errors stand in brackets, at the same places of both.`,
    heads: ["said", "heard", "word error rate"],
    rows: wrong.map((one) => {
      const pairs = alignSymbols(wordsOf(one.reference), wordsOf(one.text));
      const side = (word: "reference" | "found"): string =>
        pairs.map((pair) => pair.reference === pair.found ? pair[word] : `[${pair[word] ?? NOTHING}]`).join(" ");
      return [abbreviate(side("reference"), TEXT_LENGTH), abbreviate(side("found"), TEXT_LENGTH), rateOf(one)];
    }),
  };
}

/** Shows the spectrogram of a sound, and the probabilities of the symbols over time. */
function soundPictures(model: SpeechRecognizer, said: string, heard: HeardSound): [MatrixPicture, ChartPicture] {
  const text = model.tokenizer.decode(heard.labels.map(({ label }) => label - 1));
  const source = `An utterance of "${abbreviate(said, TEXT_LENGTH)}", in which "${
    abbreviate(text.trim(), TEXT_LENGTH)
  }" was heard`;
  return [spectrogram(heard, source), posteriors(model, heard, source)];
}

function spectrogram({ features, bands, featureSeconds }: HeardSound, source: string): MatrixPicture {
  const frames = features.length / bands;
  const [width, height] = [Math.ceil(frames / STEPS), Math.ceil(bands / BANDS)];
  const [columns, rows] = [Math.floor(frames / width), Math.floor(bands / height)];
  // The highest band stands at the top.
  const means = Array.from(
    { length: rows },
    (_, r) =>
      Array.from(
        { length: columns },
        (_, c) => meanOf(features, bands, [(rows - 1 - r) * height, height], [c * width, width]),
      ),
  );
  const [low, high] = means.flat().reduce(([a, b], mean) => [Math.min(a, mean), Math.max(b, mean)], [
    Infinity,
    -Infinity,
  ]);
  return {
    kind: "matrix",
    title: "Spectrogram",
    note: `${source}: its energy in log-mel bands, low ones at the bottom.`,
    axes: ["band", "seconds"],
    rows: Array.from({ length: rows }, (_, r) => String((rows - 1 - r) * height + 1)),
    columns: Array.from({ length: columns }, (_, c) => c % 10 === 0 ? (c * width * featureSeconds).toFixed(2) : ""),
    shades: means.map((row) => row.map((mean) => (mean - low) / (high - low || 1))),
  };
}

type Run = readonly [first: number, count: number];

function meanOf(features: Float32Array, bands: number, [band, height]: Run, [frame, width]: Run): number {
  let sum = 0;
  for (let t = frame; t < frame + width; t++) for (let b = band; b < band + height; b++) sum += features[t * bands + b];
  return sum / (width * height);
}

function posteriors(model: SpeechRecognizer, { scores, labels }: HeardSound, source: string): ChartPicture {
  const { values, classes, frames } = scores;
  const { frameSeconds } = model.processor;
  const every = Math.ceil(frames / MOST_POINTS);
  const curve = (label: number): [number, number][] =>
    Array.from({ length: Math.ceil(frames / every) }, (_, i) => {
      let best = -Infinity;
      for (let t = i * every; t < Math.min(frames, (i + 1) * every); t++) {
        best = Math.max(best, values[t * classes + label]);
      }
      return [(i * every + 0.5) * frameSeconds, Math.exp(best)];
    });
  const found = [...new Set(labels.map(({ label }) => label))].slice(0, CURVES);
  const symbols = found.map((label, color): ChartLayer => ({
    kind: "line",
    name: shown(model.tokenizer.decode([label - 1])),
    color,
    points: curve(label),
  }));
  return {
    kind: "chart",
    title: "Posteriors",
    note: `${source}: the probability of the first ${CURVES} symbols that were found, over time.`,
    axes: ["seconds", "probability"],
    layers: [{ kind: "guide", name: "blank", color: 0, points: curve(BLANK) }, ...symbols],
  };
}
