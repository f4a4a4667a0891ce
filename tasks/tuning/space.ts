import { Random } from "../../src/nn/mod.ts";
import type { Given } from "../../src/schema/mod.ts";

/** Some fields of a run, by what they configure. */
export interface RunFields {
  /** Fields of the data. */
  readonly plan?: Given;
  /** Fields of the model. */
  readonly model?: Given;
  /** Fields of the training. */
  readonly fit?: Given;
}

/** One dimension of a search space. */
export interface Dimension {
  /** The choices beside the default, which changes nothing. */
  readonly choices: readonly RunFields[];
}

/** Returns the fields of both; those of `change` win. */
export function merge(base: RunFields, change: RunFields): Required<RunFields> {
  return {
    plan: { ...base.plan, ...change.plan },
    model: { ...base.model, ...change.model },
    fit: { ...base.fit, ...change.fit },
  };
}

/**
 * Returns the dimensions none of whose fields is given, since what the user chose is not searched, without the choices
 * that are in effect anyway.
 */
export function freeDimensions(
  space: readonly Dimension[],
  { given, inEffect }: { readonly given: readonly string[]; readonly inEffect: Required<RunFields> },
): readonly Dimension[] {
  const isGiven = ({ choices }: Dimension): boolean =>
    choices.flatMap((fields) => Object.values(fields)).some((part) => given.some((name) => name in part));
  const changes = (fields: RunFields): boolean =>
    (["plan", "model", "fit"] as const).some((part) =>
      Object.entries(fields[part] ?? {}).some(([name, value]) => inEffect[part][name] !== value)
    );
  return space.filter((dimension) => !isGiven(dimension))
    .map(({ choices }) => ({ choices: choices.filter(changes) }))
    .filter(({ choices }) => choices.length > 0);
}

/**
 * Draws different candidates from a space. The first is the default, which changes nothing. Each other candidate keeps
 * the default of each dimension with probability 1/2, so that most are variations of it. There are fewer than `count`
 * if the space has no more.
 */
export function sampleCandidates(space: readonly Dimension[], count: number, seed: number): readonly RunFields[] {
  const random = new Random(seed);
  const candidates = new Map<string, RunFields>([[JSON.stringify(merge({}, {})), merge({}, {})]]);
  for (let attempts = 0; candidates.size < count && attempts < ATTEMPTS * count; attempts++) {
    const draws = random.uniform(space.length);
    const candidate = space.reduce<RunFields>(
      (fields, { choices }, i) => merge(fields, choices[choiceOf(draws[i], choices.length)] ?? {}),
      merge({}, {}),
    );
    candidates.set(JSON.stringify(candidate), candidate);
  }
  return [...candidates.values()].slice(0, Math.max(1, count));
}

/** Number of draws for each candidate before the space counts as exhausted. */
const ATTEMPTS = 20;

/** Returns the index of the choice for a draw from [0, 1), or -1 for the default. */
function choiceOf(draw: number, choices: number): number {
  return draw < 0.5 ? -1 : Math.min(choices - 1, Math.floor((draw - 0.5) * 2 * choices));
}
