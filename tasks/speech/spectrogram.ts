import type { Tokenizer } from "../../tokenizers/mod.ts";
import { svgLength, svgPicture, svgText } from "../task_model/svg.ts";
import type { FoundLabel, FrameScores } from "./greedy.ts";
import { BLANK } from "./network.ts";

/** A sound and the labels that were found in it. */
export interface HeardSound {
  /** The log-mel bands, [frames, bands], a frame every 10 ms. */
  readonly features: Float32Array;
  /** Number of bands. */
  readonly bands: number;
  /** Seconds from a frame of the features to the next. */
  readonly featureSeconds: number;
  /** The log-probabilities of the classes of each frame of the network. */
  readonly scores: FrameScores;
  /** The labels that greedy search found. */
  readonly labels: readonly FoundLabel[];
}

/** A sound to draw. */
interface DrawnSound extends HeardSound {
  readonly tokenizer: Tokenizer;
  /** Seconds from a frame of the network to the next. */
  readonly frameSeconds: number;
}

/** Pixels of a second, of a band, of a probability of 1, and of the margins. */
const [SECOND, BAND, PROBABILITY] = [240, 4, 90];
const [LEFT, TOP, BOTTOM] = [46, 24, 34];
/** Number of shades of the spectrogram, and frames of the features for each of its own. */
const [SHADES, EVERY] = [12, 2];

/**
 * Draws a sound as SVG: its spectrogram, in log-mel bands, and below it the probabilities of the symbols that were
 * found in it, and of the blank, over time. Each symbol stands above its likeliest frame.
 */
export function drawSpectrogram(sound: DrawnSound): string {
  const { features, bands, featureSeconds, scores: { frames }, frameSeconds } = sound;
  const seconds = Math.max(features.length / bands * featureSeconds, frames * frameSeconds);
  const [width, height] = [seconds * SECOND, bands * BAND];
  const bottom = TOP + height + 12 + PROBABILITY;
  return svgPicture(LEFT + width + 12, bottom + BOTTOM, [
    ...shades(sound),
    ...posteriors(sound, bottom),
    ...axis(seconds, bottom),
    `<text x="${LEFT - 6}" y="${svgLength(TOP + height / 2)}" text-anchor="end">bands</text>`,
    `<text x="${LEFT - 6}" y="${svgLength(bottom - PROBABILITY + 5)}" text-anchor="end">1</text>`,
    `<text x="${LEFT - 6}" y="${svgLength(bottom + 5)}" text-anchor="end">0</text>`,
  ]);
}

/** Draws the spectrogram: one path for all cells of a shade. */
function shades({ features, bands, featureSeconds }: DrawnSound): string[] {
  const [low, high] = rangeOf(features);
  const width = svgLength(EVERY * featureSeconds * SECOND);
  const cells = Array.from({ length: SHADES }, (): string[] => []);
  for (let t = 0; t * bands < features.length; t += EVERY) {
    for (let b = 0; b < bands; b++) {
      const share = (features[t * bands + b] - low) / (high - low || 1);
      const shade = Math.min(SHADES - 1, Math.max(0, Math.floor(share * SHADES)));
      const x = svgLength(LEFT + t * featureSeconds * SECOND);
      cells[shade].push(`M${x} ${TOP + (bands - 1 - b) * BAND}h${width}v${BAND}h-${width}z`);
    }
  }
  return cells.flatMap((own, shade) => {
    if (own.length === 0) return [];
    const gray = Math.round(255 * (1 - shade / (SHADES - 1)));
    return [`<path d="${own.join("")}" fill="rgb(${gray},${gray},${gray})"/>`];
  });
}

/** Returns the range of values without the lowest and the highest hundredth. */
function rangeOf(values: Float32Array): [low: number, high: number] {
  const sorted = values.toSorted();
  return [sorted[Math.floor(0.01 * sorted.length)] ?? 0, sorted[Math.floor(0.99 * sorted.length)] ?? 1];
}

/** Draws the probabilities of the blank and of the symbols that were found, and names the symbols. */
function posteriors({ scores, labels, tokenizer, frameSeconds }: DrawnSound, bottom: number): string[] {
  const { values, classes, frames } = scores;
  const x = (t: number): string => svgLength(LEFT + (t + 0.5) * frameSeconds * SECOND);
  const line = (label: number, style: string): string => {
    const points = Array.from(
      { length: frames },
      (_, t) => `${x(t)},${svgLength(bottom - PROBABILITY * Math.exp(values[t * classes + label]))}`,
    );
    return `<polyline points="${points.join(" ")}" fill="none" ${style}/>`;
  };
  const found = [...new Set(labels.map(({ label }) => label))];
  const colorOf = (label: number): string => `hsl(${(found.indexOf(label) * 137) % 360} 70% 40%)`;
  return [
    line(BLANK, 'stroke="#bbb" stroke-dasharray="3 3"'),
    ...found.map((label) => line(label, `stroke="${colorOf(label)}" stroke-width="1.5"`)),
    ...labels.map(({ label, start, end }) =>
      `<text x="${x((start + end - 1) / 2)}" y="${TOP - 8}" text-anchor="middle" fill="${colorOf(label)}">${
        svgText(tokenizer.decode([label - 1]))
      }</text>`
    ),
  ];
}

/** Draws the axis of time. */
function axis(seconds: number, bottom: number): string[] {
  const step = seconds > 8 ? 1 : 0.5;
  const marks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, k) => k * step);
  return [
    `<line x1="${LEFT}" x2="${svgLength(LEFT + seconds * SECOND)}" y1="${bottom}" y2="${bottom}" stroke="#888"/>`,
    ...marks.map((at) =>
      `<text x="${svgLength(LEFT + at * SECOND)}" y="${bottom + 18}" text-anchor="middle">${at} s</text>`
    ),
  ];
}
