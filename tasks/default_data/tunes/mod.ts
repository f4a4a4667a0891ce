/**
 * Tunes that a small grammar of phrases and harmony generates. This folder must not know what is learned from them.
 * @module
 */
import { InputRangeError } from "../../../errors.ts";
import { SeededRandom } from "../../../tokenizers/random.ts";
import { FORMS, type TuneMeter } from "./harmony.ts";
import { choose, closePhrase, makePhrase, type TuneBar } from "./melody.ts";
import { KEYS, writeTune } from "./write_tune.ts";

export type { TuneMeter } from "./harmony.ts";

/** A generated tune. */
export interface GeneratedTune {
  /** The tune in ABC, with its header and a bar line after every bar. */
  readonly abc: string;
  /** The key, such as `D` or `Em`. */
  readonly key: string;
  /** The meter. */
  readonly meter: TuneMeter;
  /** The form, such as `AABA`. */
  readonly form: string;
  /** Number of bars: 16 or 32. */
  readonly bars: number;
}

/** The meters of generated tunes. */
const METERS: readonly TuneMeter[] = ["4/4", "3/4", "6/8"];

/**
 * Generates distinct tunes. The seed determines them; the first tunes are the same for any count.
 *
 * A tune has a key, a meter and the form AABA or AABB. Its phrases are questions that end on the fifth step of the
 * scale and answers that end on the first. Within a phrase, motifs are repeated, moved and varied.
 *
 * Throws `RangeError` if the count is not an integer of at least 0.
 *
 * @example
 * ```ts
 * import { generateTunes } from "@elman/elman/tasks";
 * import { assert, assertEquals } from "@std/assert";
 *
 * const [tune] = generateTunes(1, { seed: 3 });
 * assert(tune.abc.includes(`K:${tune.key}`));
 * assertEquals(generateTunes(1, { seed: 3 }), [tune]);
 * ```
 */
export function generateTunes(count: number, { seed = 1 }: { readonly seed?: number } = {}): GeneratedTune[] {
  if (!Number.isInteger(count) || count < 0) {
    throw new InputRangeError(`generate tunes: expected a count of at least 0, found ${count}`);
  }
  const random = new SeededRandom(seed);
  const tunes = new Map<string, GeneratedTune>();
  while (tunes.size < count) {
    const [key, meter, form] = [choose(random, KEYS), choose(random, METERS), choose(random, FORMS)];
    const bars = arrange(random, meter, form);
    const body = writeTune(bars, key);
    if (tunes.has(body)) continue;
    const number = tunes.size + 1;
    const header = `X:${number}\nT:Tune ${number}\nM:${meter}\nL:1/8\nK:${key}\n`;
    tunes.set(body, { abc: `${header}${body}\n`, key, meter, form, bars: bars.length });
  }
  return [...tunes.values()];
}

/** Makes the bars of a tune: its two phrases in the order of the form. */
function arrange(random: SeededRandom, meter: TuneMeter, form: string): TuneBar[] {
  const isLong = random.next() < 0.4;
  const first = makePhrase(random, meter, !isLong && random.next() < 0.3);
  const second = makePhrase(random, meter, false, random.next() < 0.5 ? first[0] : undefined);
  const answer = closePhrase(random, meter, first);
  const ends = closePhrase(random, meter, second);
  // In a long tune a phrase is a question and its answer; in a short one, the last of equal phrases answers.
  const A = isLong ? [first.concat(answer), first.concat(answer)] : [first, answer];
  const B = isLong ? [second.concat(ends), second.concat(ends)] : [second, ends];
  const parts = form === "AABB" ? [A[0], A[1], B[0], B[1]] : [A[0], A[1], B[0], A[1]];
  return parts.flat();
}
