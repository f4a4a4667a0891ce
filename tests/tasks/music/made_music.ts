import { PipelineTokenizer, presets, type Tokenizer } from "../../../tokenizers/mod.ts";
import { readABC, tuneToText } from "../../../tasks/data/music/abc/mod.ts";
import { generateTunes } from "../../../tasks/default_data/mod.ts";

/** A tokenizer of piano rolls. */
export function stepTokenizer(lowest: number, highest: number): Promise<Tokenizer> {
  return PipelineTokenizer.train(["."], presets.steps({ lowest, highest }));
}

/** Generated tunes as texts. */
export const TUNES: readonly string[] = generateTunes(40).map(({ abc }) => tuneToText(readABC(abc).tunes[0]));

/** A tokenizer of these tunes. */
export const TUNE_TOKENIZER: Tokenizer = await PipelineTokenizer.train(TUNES, presets.abc());

/** All sets of pitches as the text of a step. */
export function allSteps(pitches: readonly number[]): string[] {
  return Array.from(
    { length: 2 ** pitches.length },
    (_, bits) => [...pitches.filter((_, i) => bits & 2 ** i), "."].join(" "),
  );
}
