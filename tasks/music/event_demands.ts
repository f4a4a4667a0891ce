import { InputRangeError } from "../../errors.ts";
import { count, describeValue } from "../../src/schema/mod.ts";
import type { EventVocabulary } from "./notations/notation.ts";
import type { EventReader, EventRules } from "./notations/event_rules.ts";
import type { CompositionPlan, Draft } from "./piece_sampler.ts";

/** The wishes for a piece of events; null leaves a choice to the model. */
export interface AskedEvents {
  /** The key. */
  readonly key: string | null;
  /** The meter. */
  readonly meter: string | null;
  /** Number of bars. */
  readonly bars: number;
}

/**
 * Plans pieces of events: with the meter and the key in their header and as many bars as asked for.
 *
 * Throws `RangeError` if the model does not know the meter or the key, or the beginning has as many bars.
 */
export function planEvents(
  vocabulary: EventVocabulary,
  { key, meter, bars }: AskedEvents,
  given: readonly number[],
): CompositionPlan {
  const { rules } = vocabulary;
  const barToken = vocabulary.idOf("Bar")!;
  const known = given.filter((id) => id === barToken).length;
  if (known >= bars) {
    throw new InputRangeError(
      `compose: expected more bars than the ${known} of the beginning, found ${count(bars, "bar")}`,
    );
  }
  const controls = [["Meter", meter], ["Key", key]] as const;
  const wanted = controls.flatMap(([name, value]) => value === null ? [] : [controlId(name, value, rules, vocabulary)]);
  const replaced = controls.flatMap(([name, value]) => value === null ? [] : [name]);
  const kept = given.filter((id) => !replaced.some((name) => vocabulary.textOf(id).startsWith(`${name}_`)));
  const grid = rules.tokens.findIndex((token) => token?.name === "Grid");
  const [first = grid, ...rest] = kept;
  const isGrid = rules.tokens[first]?.name === "Grid";
  const prime = isGrid ? [first, ...wanted, ...rest] : [grid, ...wanted, ...kept];
  return {
    prime,
    demands: {
      isDone: ({ reader }) => reader.isComplete,
      restrict: ({ reader }: Draft, allowed) => {
        const { steps } = reader as EventReader;
        // A header is not told twice, a meter that is asked for stays, and the piece has its number of bars.
        for (const [id, token] of rules.tokens.entries()) {
          if (token?.name === "Grid" || replaced.some((name) => name === token?.name)) allowed[id] = 0;
        }
        if (steps < bars) allowed[rules.begin] = 0;
        else allowed[barToken] = 0;
      },
    },
  };
}

function controlId(name: string, value: string, { tokens }: EventRules, vocabulary: EventVocabulary): number {
  const id = vocabulary.idOf(`${name}_${value}`);
  if (id !== undefined) return id;
  const known = tokens.flatMap((token) => token?.name === name ? [token.value] : []).sort();
  throw new InputRangeError(
    `compose: expected a ${name.toLowerCase()} of ${known.join(", ") || "none"}, found ${describeValue(value)}`,
  );
}
