import { InputRangeError, isInputError } from "../../errors.ts";
import { Random } from "../../src/nn/mod.ts";
import { count, describeList, describeValue, integer, nullable, type Schema, string } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import { MOST_BARS } from "../data/music/abc/text.ts";
import { readKey } from "../data/music/keys.ts";
import { SAMPLING, type SamplingSettings } from "../language_modeling/sampling_options.ts";
import { readTokens } from "./corpus.ts";
import type { FullNotation } from "./notations/mod.ts";
import { planEvents } from "./event_demands.ts";
import type { TuneRules } from "./notations/tune_rules.ts";
import type { CompositionPlan, Demands } from "./piece_sampler.ts";
import { RepetitionLimit } from "./repetition.ts";
import { beginningOfNotes } from "./tune_beginning.ts";
import { TuneDemands } from "./tune_demands.ts";

/** The settings of composing. */
export interface ComposeSettings extends SamplingSettings {
  /**
   * The key of tunes, such as `D`, `Em`, `Bb major` or `A Dorian`; null for the key of `prime`, or one at random.
   * Default: null.
   */
  readonly key: string | null;
  /** The meter, such as `6/8`, of tunes; null for the meter of `prime`, or one at random. Default: null. */
  readonly meter: string | null;
  /** Number of bars of tunes, or of time steps of piano rolls, with those of `prime`. Default: 16 bars, 64 steps. */
  readonly bars: number | null;
  /** Most equal bars, or time steps, in a row; null for any number. Default: null. */
  readonly mostRepeats: number | null;
  /** Number of pieces. Default: 1. */
  readonly count: number;
  /** Seed of the random numbers. Default: 1. */
  readonly seed: number;
}

/** Number of bars or time steps of pieces whose length is not asked for, by notation. */
export const USUAL_LENGTH: Readonly<Record<FullNotation["kind"], number>> = { steps: 64, abc: 16, events: 16 };

/** The most time steps of a piano roll. */
const MOST_STEPS = 10_000;

/** The schema of what is asked of composed pieces. */
export const COMPOSING: Schema<ComposeSettings> = {
  key: nullable(string({
    group: "sampling",
    defaultText: "that of the beginning, or one at random",
    help: "Key of the tune, such as D, Em, Bb major or A Dorian.",
  })),
  meter: nullable(string({
    group: "sampling",
    defaultText: "that of the beginning, or one at random",
    help: "Meter of the tune, such as 6/8.",
  })),
  bars: nullable(integer({
    group: "sampling",
    min: 1,
    max: MOST_STEPS,
    defaultText: "16 bars, 64 time steps",
    help: `Number of bars of a tune, at most ${MOST_BARS}, or of time steps of a piano roll.`,
  })),
  mostRepeats: nullable(integer({
    group: "sampling",
    min: 1,
    defaultText: "any number",
    help: "Most equal bars, or time steps, in a row.",
  })),
  count: integer({ group: "sampling", min: 1, max: 10_000, default: 1, help: "Number of pieces." }),
  ...SAMPLING,
  temperature: { ...SAMPLING.temperature, default: 0.9 },
  seed: integer({ group: "sampling", min: 0, default: 1, help: "Seed of the random numbers." }),
};

/** Plans pieces that begin with `prime`. Throws `RangeError` if what is asked for is impossible for the model. */
export function planComposition(
  { tokenizer, notation }: { readonly tokenizer: Tokenizer; readonly notation: FullNotation },
  asked: ComposeSettings,
  prime: string,
): CompositionPlan {
  const settings = notation.steps || asked.key === null ? asked : { ...asked, key: keyName(asked.key) };
  const beginning = notation.tune ? beginningOfNotes(prime, settings) : prime;
  const unknown = tokenizer.unknownSymbols(beginning);
  if (unknown.length > 0) {
    throw new InputRangeError(
      `compose: expected a beginning of what the model knows, found ${describeList(unknown.slice(0, 5))}`,
    );
  }
  const own = [...tokenizer.encode(beginning)];
  const plan = planNotation(notation, settings, own);
  readTokens("compose", plan.prime, { tokenizer, notation, place: "the beginning" });
  const { mostRepeats } = settings;
  if (mostRepeats === null) return plan;
  const limit = new RepetitionLimit(mostRepeats, notation);
  const restrict: Demands["restrict"] = (draft, allowed) => {
    plan.demands.restrict?.(draft, allowed);
    limit.restrict(draft, allowed);
  };
  return { prime: plan.prime, demands: { isDone: (draft) => plan.demands.isDone(draft), restrict } };
}

/** Returns the name of a key as models have it, from any spelling; what is no key is refused with those they know. */
function keyName(text: string): string {
  try {
    return readKey(text).name;
  } catch (error) {
    if (isInputError(error)) return text;
    throw error;
  }
}

/** The demands on pieces, with the usual length unless another is asked for. */
type Asked = ComposeSettings & { readonly bars: number };

function planNotation(notation: FullNotation, settings: ComposeSettings, own: number[]): CompositionPlan {
  const asked: Asked = { ...settings, bars: settings.bars ?? USUAL_LENGTH[notation.kind] };
  if (notation.tune) return planTune(notation.tune.rules, asked, own);
  const { event, transpose } = notation;
  return event ? planEvents({ event, transpose }, asked, own) : planSteps(notation, asked, own);
}

function planSteps(notation: FullNotation, { key, meter, bars: steps }: Asked, prime: number[]): CompositionPlan {
  for (const [name, value] of [["key", key], ["meter", meter]]) {
    if (value !== null) {
      throw new InputRangeError(
        `compose: expected no ${name} for a model of piano rolls, found ${describeValue(value)}`,
      );
    }
  }
  const given = prime.filter((id) => notation.endsStep(id)).length;
  if (given >= steps) {
    throw new InputRangeError(
      `compose: expected more time steps than the ${given} of the beginning, found ${steps}`,
    );
  }
  return { prime, demands: { isDone: ({ reader }) => reader.steps >= steps } };
}

/** The random streams of the meter and the key, away from those of the notes. */
const [METER_STREAM, KEY_STREAM] = [2 ** 31, 2 ** 31 + 1];

/** Puts the header before the bars of the beginning, and counts the bars left anew. */
function planTune(
  rules: TuneRules,
  settings: Asked,
  given: readonly number[],
): CompositionPlan {
  const { kinds, texts, barTicks } = rules.tokens;
  const { bars } = settings;
  if (bars > MOST_BARS) {
    throw new InputRangeError(`compose: expected at most ${MOST_BARS} bars of a tune, found ${bars}`);
  }
  const fromPrime = (kind: string): string | undefined => {
    const id = given.find((id) => kinds[id]?.kind === kind);
    return id === undefined ? undefined : texts[id].slice(2);
  };
  const draw = (kind: string, stream: number): string => {
    const known = texts.filter((_, id) => kinds[id]?.kind === kind && (kind !== "meter" || barTicks[id] !== undefined));
    const [place] = new Random(settings.seed, { stream }).uniform(1);
    if (known.length > 0) return known[Math.floor(place * known.length)].slice(2);
    throw new InputRangeError(`compose: expected a model of tunes with a ${kind}, found none`);
  };
  const header = [
    controlId("meter", settings.meter ?? fromPrime("meter") ?? draw("meter", METER_STREAM), rules),
    controlId("key", settings.key ?? fromPrime("key") ?? draw("key", KEY_STREAM), rules),
    barsId(bars, rules),
  ];
  const demands = new TuneDemands(rules, bars);
  const ticks = barTicks[header[0]];
  if (ticks === undefined || !demands.canFill(ticks)) {
    throw new InputRangeError(`compose: expected a meter with bars, found ${texts[header[0]].slice(2)}`);
  }
  const prime = recount(header, given, bars, rules);
  const reader = rules.start();
  for (const id of prime) {
    const { place, steps } = reader;
    reader.read(id);
    const isWhole = reader.steps === steps || place === ticks;
    if (!isWhole || reader.place > ticks) {
      throw new InputRangeError(
        `compose: expected bars of ${texts[header[0]].slice(2)} in the beginning, found ${
          reader.place > ticks ? "a longer" : "a shorter"
        } one, bar ${steps + 1}`,
      );
    }
  }
  if (reader.steps >= bars) {
    throw new InputRangeError(
      `compose: expected more bars than the ${reader.steps} of the beginning, found ${count(bars, "bar")}`,
    );
  }
  return { prime, demands };
}

/** Returns the token of a key or a meter. Throws `RangeError` that names those that the model knows. */
function controlId(kind: "key" | "meter", value: string, { tokens: { kinds, texts } }: TuneRules): number {
  const id = texts.indexOf(`${kind === "key" ? "K" : "M"}:${value}`);
  if (id >= 0 && kinds[id]?.kind === kind) return id;
  const known = texts.filter((_, id) => kinds[id]?.kind === kind).map((text) => text.slice(2)).sort();
  throw new InputRangeError(`compose: expected a ${kind} of ${known.join(", ")}, found ${describeValue(value)}`);
}

/** Returns the token of a number of bars, or the next larger one that the model knows. */
function barsId(bars: number, { tokens: { kinds } }: TuneRules): number {
  const known = kinds.flatMap((token, id) =>
    token?.kind === "bars" ? [{ id, distance: Math.abs(token.bars - bars) }] : []
  );
  return known.sort((a, b) => a.distance - b.distance)[0].id;
}

/** Returns the header and the bars of a beginning, with the bars left before each bar and plain bar lines. */
function recount(header: readonly number[], given: readonly number[], bars: number, rules: TuneRules): number[] {
  const { kinds } = rules.tokens;
  const plain = kinds.findIndex((token) => token?.kind === "bar" && token.sign === "|");
  const lefts = new Map(kinds.flatMap((token, id) => token?.kind === "left" ? [[token.bars, id] as const] : []));
  const tokens: number[] = [];
  const reader = rules.start();
  const push = (id: number): void => {
    tokens.push(id);
    reader.read(id);
  };
  header.forEach(push);
  let [isOpen, hasNotes] = [false, false];
  for (const id of given) {
    const kind = kinds[id]?.kind;
    if (kind === "meter" || kind === "key" || kind === "ending") continue;
    if (kind === "bar") {
      if (hasNotes) push(plain);
      [isOpen, hasNotes] = [isOpen && !hasNotes, false];
      continue;
    }
    const counted = lefts.get(bars - reader.steps);
    if (!isOpen && counted !== undefined) push(counted);
    isOpen = true;
    push(id);
    hasNotes ||= kind === "notes";
  }
  return tokens;
}
