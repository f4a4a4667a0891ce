import type { TuneReader, TuneRules } from "./notations/tune_rules.ts";
import type { Demands, Draft } from "./piece_sampler.ts";

/** The signs of bar lines that end a tune, the best first. */
const LAST = ["|]", "||", "|"];

/**
 * The demands on a composed tune: bars that add up to its meter, as many as its header says, each with its count of the
 * bars left, and the end after the last, which makes a whole bar with a pickup. Repeats, endings, ties and changes of
 * meter or key are left out.
 */
export class TuneDemands implements Demands {
  #rules: TuneRules;
  #bars: number;
  #lengths: readonly { readonly id: number; readonly ticks: number }[];
  #fits = new Map<string, boolean>();
  /** Which tokens fit into what is left of a bar. */
  #possible = new Map<string, Uint8Array>();
  #plain: ReadonlySet<number>;
  #last: number | undefined;
  #lefts: ReadonlyMap<number, number>;

  /** `bars` is the number of bars that a tune must have. */
  constructor(rules: TuneRules, bars: number) {
    this.#bars = bars;
    const { kinds } = rules.tokens;
    this.#rules = rules;
    this.#lengths = kinds.flatMap((token, id) =>
      token?.kind === "notes" && token.length > 0 ? [{ id, ticks: token.length }] : []
    );
    const signs = kinds.flatMap((token, id) => token?.kind === "bar" ? [{ id, sign: token.sign }] : []);
    this.#plain = new Set(signs.filter(({ sign }) => sign === "|" || sign === "||").map(({ id }) => id));
    this.#last = LAST.flatMap((wanted) => signs.filter(({ sign }) => sign === wanted)).at(0)?.id;
    this.#lefts = new Map(kinds.flatMap((token, id) => token?.kind === "left" ? [[token.bars, id] as const] : []));
  }

  /** Whether a bar of some length can be filled with the notes of the vocabulary, and bars have lines. */
  canFill(ticks: number): boolean {
    return this.#last !== undefined && this.#plain.size > 0 && this.#reaches(ticks, 0, 1, 1);
  }

  isDone({ reader }: Draft): boolean {
    return reader.isComplete;
  }

  restrict({ reader }: Draft, allowed: Uint8Array): void {
    const tune = reader as TuneReader;
    const { kinds, size } = this.#rules.tokens;
    const { barTicks, place, last, steps } = tune;
    // The header is given.
    if (barTicks === undefined || last === undefined) return;
    const before = kinds[last]?.kind;
    const left = this.#bars - steps;
    const only = (id: number | undefined): void => {
      if (id !== undefined) allowed.fill(0)[id] = 1;
    };
    if (left <= 0) return only(place === 0 ? size : undefined);
    if (place === 0 && (before === "bar" || before === "bars")) {
      const counted = this.#lefts.get(left);
      if (counted !== undefined) return only(counted);
    }
    const goal = this.#goal(tune, barTicks, left);
    if (place >= goal) {
      if (left === 1) return only(this.#last);
      for (let id = 0; id <= size; id++) if (!this.#plain.has(id)) allowed[id] = 0;
      return;
    }
    const { notes, of, into } = tune.tuplet ?? { notes: 0, of: 1, into: 1 };
    const rest = goal - place;
    const state = `${rest} ${notes} ${of} ${into} ${before}`;
    const known = this.#possible.get(state);
    const possible = known ?? Uint8Array.from({ length: size + 1 }, (_, id) => {
      const token = kinds[id];
      const isPossible = token?.kind === "notes"
        ? token.length > 0 && this.#reaches(rest - token.length * of / into, Math.max(0, notes - 1), of, into)
        : token?.kind === "chord"
        ? notes === 0 && before !== "chord"
        : token?.kind === "tuplet" && notes === 0 && before !== "tuplet" &&
          this.#reaches(rest, token.notes, token.of, token.into);
      return isPossible ? 1 : 0;
    });
    if (known === undefined) this.#possible.set(state, possible);
    for (let id = 0; id <= size; id++) allowed[id] &= possible[id];
  }

  /** The ticks at which the bar ends. */
  #goal({ pickup, place }: TuneReader, barTicks: number, left: number): number {
    const short = barTicks - pickup;
    return left === 1 && place <= short && this.#reaches(short, 0, 1, 1) ? short : barTicks;
  }

  /** Whether `ticks` can be filled, the next `notes` of them in a tuplet. */
  #reaches(ticks: number, notes: number, of: number, into: number): boolean {
    if (ticks <= 0) return ticks === 0 && notes === 0;
    if (notes === 0) [of, into] = [1, 1];
    const key = `${ticks} ${notes} ${of} ${into}`;
    const known = this.#fits.get(key);
    if (known !== undefined) return known;
    const fits = this.#lengths.some(({ ticks: length }) =>
      this.#reaches(ticks - length * of / into, Math.max(0, notes - 1), of, into)
    );
    this.#fits.set(key, fits);
    return fits;
  }
}
