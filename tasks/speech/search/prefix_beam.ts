import type { FoundLabel, FrameScores } from "../greedy.ts";
import { type Alignments, continued, join, logAdd, NEVER, type Place, placesOf, START } from "./alignments.ts";
import type { PrefixScorer } from "./scorer.ts";
import { WholeTexts } from "./whole_texts.ts";

/** Options of `searchPrefixes`. */
export interface PrefixBeamOptions {
  /** The class of the blank. */
  readonly blank: number;
  /** Number of prefixes that are kept after each frame. */
  readonly beam: number;
  /** Ignores labels that are less probable than the best class of their frame by more than this, in nats. */
  readonly prune: number;
  /** Gives up prefixes that rank below the best one by more than this, in nats. Default: none. */
  readonly margin?: number;
  /** Number of hypotheses to return. Default: 1. */
  readonly nBest?: number;
  /** Scores the prefixes beside the frames. Default: none. */
  // deno-lint-ignore no-explicit-any
  readonly scorer?: PrefixScorer<any>;
  /** Tells which texts are whole; it is a part of the scorer. Default: all texts are. */
  // deno-lint-ignore no-explicit-any
  readonly lexicon?: PrefixScorer<any>;
}

/** Labels that were found, with their probability. */
export interface FoundLabels {
  /** The labels with the frames of their likeliest alignment. */
  readonly labels: readonly FoundLabel[];
  /** The log-probability of the labels: that of all their alignments in the beam, in nats. */
  readonly logProbability: number;
  /** The log-probability and the scorer's score, by which hypotheses are ranked. */
  readonly score: number;
}

/**
 * Finds the likeliest sequences of labels of log-probabilities [frames, classes] by prefix beam search (Graves and
 * Jaitly 2014, Hannun et al. 2014): alignments of the same labels are added up. A beam that is never full gives exact
 * sums. If no prefix that is left may end, as in the middle of a word of a lexicon, the best ones are returned without
 * the last, unfinished word. After 50 to 100 further labels, a label of the best prefix is decided: the others have to
 * agree.
 */
export function searchPrefixes(scores: FrameScores, options: PrefixBeamOptions): FoundLabels[] {
  const search = new PrefixSearch(options);
  search.push(scores);
  return search.end();
}

/** Searches as `searchPrefixes` does, one frame at a time. */
export function* searchFrames(
  { values, classes, frames }: FrameScores,
  options: PrefixBeamOptions,
): Generator<void, FoundLabels[], undefined> {
  const search = new PrefixSearch(options);
  for (let t = 0; t < frames; t++) {
    search.push({ values: values.subarray(t * classes, (t + 1) * classes), classes, frames: 1 });
    yield;
  }
  return search.end();
}

/** Numbers of frames from one decision to the next, and after which prefixes that none needs are forgotten. */
const [DECISION_FRAMES, FORGETTING_FRAMES] = [25, 500];

/**
 * Number of labels after which a label of the best prefix may be decided: what differs before is given up. Otherwise
 * two texts that differ in one place, long ago, could stay side by side for hours.
 */
const DECISION_LABELS = 50;

/** A prefix beam search over frames that arrive in parts. The result does not depend on the parts. */
export class PrefixSearch {
  #options: PrefixBeamOptions;
  #scorer: PrefixScorer<unknown>;
  #live: Hypothesis[];
  /** Number of frames so far. */
  #frames = 0;
  /** Number of labels that are decided, and those of them that have not been taken. */
  #decided = 0;
  #kept: FoundLabel[] = [];
  #whole: WholeTexts;

  constructor(options: PrefixBeamOptions) {
    const { scorer = NO_SCORER, lexicon } = options;
    this.#whole = new WholeTexts(lexicon);
    this.#options = options;
    this.#scorer = scorer;
    this.#live = [{ prefix: new Prefix(scorer.begin()), blank: START, label: NEVER }];
  }

  /** Reads further frames. */
  push(scores: FrameScores): void {
    const { beam, margin = Infinity } = this.#options;
    for (let t = 0; t < scores.frames; t++) {
      const classes = likelyClasses(scores, t, this.#options);
      if (classes.length > 1) prepare(this.#live, this.#scorer);
      const live = advance(this.#live, this.#frames, classes, { scorer: this.#scorer, beam });
      this.#live = margin === Infinity ? live : withinMargin(live, margin);
      this.#frames++;
      if (this.#frames % DECISION_FRAMES === 0) this.#decide();
      if (this.#frames % FORGETTING_FRAMES === 0) this.#forget();
    }
  }

  /**
   * Returns the labels with which all prefixes that are left go on: no later frame can change them. Those of a word
   * that is not finished are held back. They are forgotten, so that `end` returns those after them.
   */
  takeCertain(): number[] {
    const [first = [], ...others] = this.#sequences();
    let certain = 0;
    while (certain < first.length && others.every((own) => own[certain]?.label === first[certain].label)) certain++;
    this.#cut(first.slice(0, certain));
    return this.#whole.take(this.#kept).map(({ label }) => label);
  }

  /** Decides the first labels of the best prefix if many follow, and gives up the prefixes that differ there. */
  #decide(): void {
    const [best = []] = this.#sequences(1);
    const blocks = Math.floor((this.#decided + best.length) / DECISION_LABELS);
    const count = (blocks - 1) * DECISION_LABELS - this.#decided;
    if (count <= 0) return;
    const sequences = this.#sequences();
    this.#live = this.#live.filter((_, i) =>
      sequences[i].length >= count && best.slice(0, count).every(({ label }, k) => label === sequences[i][k].label)
    );
    this.#cut(best.slice(0, count));
  }

  #forget(): void {
    const live = new Set(this.#live.map(({ prefix }) => prefix));
    for (const prefix of live) prefix.forgetAllBut(live);
  }

  /** The labels of the prefixes, or of the first ones, that are not decided. */
  #sequences(most = Infinity): Place[][] {
    return this.#live.slice(0, most).map(({ blank, label }) => placesOf(join(blank, label).place));
  }

  /** Decides labels with which all prefixes begin. */
  #cut(places: readonly Place[]): void {
    if (places.length === 0) return;
    this.#live = withoutFirst(this.#live, places.length);
    this.#decided += places.length;
    this.#kept.push(...places.map(({ label, start, end }) => ({ label, start, end })));
  }

  /** Returns the best hypotheses for all frames, the best first. */
  end(): FoundLabels[] {
    const [scorer, live] = [this.#scorer, this.#live];
    // Not even a blank is possible if a model's parameters are not finite.
    if (live.length === 0) return [{ labels: [], logProbability: -Infinity, score: -Infinity }];
    prepare(live, scorer);
    const ended = live.map((hypothesis) => ({ hypothesis, end: scorer.end(hypothesis.prefix.state) }));
    const whole = ended.filter(({ end }) => end > -Infinity);
    const found = (whole.length > 0 ? whole : ended.map(({ hypothesis }) => ({ hypothesis, end: 0 })))
      .map(({ hypothesis, end }) => foundLabels(hypothesis, { before: this.#kept, end }));
    return (whole.length > 0 ? found : found.map((own) => ({ ...own, labels: this.#whole.cut(own.labels) })))
      .sort((a, b) => b.score - a.score)
      .slice(0, this.#options.nBest ?? 1);
  }
}

function prepare(live: readonly Hypothesis[], scorer: PrefixScorer<unknown>): void {
  scorer.prepare?.(live.map(({ prefix }) => prefix.state));
}

/** A scorer without an opinion. */
const NO_SCORER: PrefixScorer<undefined> = {
  begin: () => undefined,
  extend: () => ({ state: undefined, score: 0 }),
  end: () => 0,
};

/** The fixed parts of a search. */
interface Search {
  readonly scorer: PrefixScorer<unknown>;
  readonly beam: number;
}

/** A sequence of labels. Each is one object, and the scorer sees it once. */
class Prefix {
  readonly label: number;
  readonly state: unknown;
  /** The sum of the scorer's scores. */
  readonly score: number;
  #longer: Map<number, Prefix> | undefined;

  constructor(state: unknown, label = -1, score = 0) {
    this.state = state;
    this.label = label;
    this.score = score;
  }

  /** The prefix with one more label, if it has been made. */
  longer(label: number): Prefix | undefined {
    return this.#longer?.get(label);
  }

  extend(label: number, scorer: PrefixScorer<unknown>): Prefix {
    const known = this.longer(label);
    if (known !== undefined) return known;
    const { state, score } = scorer.extend(this.state, label);
    const longer = new Prefix(state, label, this.score + score);
    (this.#longer ??= new Map()).set(label, longer);
    return longer;
  }

  /** Forgets longer prefixes that do not lead to one of some. Returns whether this one is or leads to one of them. */
  forgetAllBut(some: ReadonlySet<Prefix>): boolean {
    for (const [label, longer] of this.#longer ?? []) if (!longer.forgetAllBut(some)) this.#longer!.delete(label);
    return some.has(this) || (this.#longer?.size ?? 0) > 0;
  }
}

/** A prefix with its alignments that end in the blank and those that end in its last label. */
interface Hypothesis {
  readonly prefix: Prefix;
  readonly blank: Alignments;
  readonly label: Alignments;
}

/** Classes that continue prefixes, with their log-probabilities. */
type LikelyClass = readonly [label: number, log: number];

/** Lists the classes of a frame that are not ignored, the blank always first, since every prefix can go on with it. */
function likelyClasses(
  { values, classes }: FrameScores,
  t: number,
  { blank, prune }: PrefixBeamOptions,
): LikelyClass[] {
  const row = values.subarray(t * classes, (t + 1) * classes);
  const least = row.reduce((most, log) => Math.max(most, log), -Infinity) - prune;
  const likely: LikelyClass[] = [[blank, row[blank]]];
  row.forEach((log, label) => {
    if (label !== blank && log >= least && log > -Infinity) likely.push([label, log]);
  });
  return likely;
}

/** A label that may be appended to a prefix. */
interface Step {
  readonly from: Hypothesis;
  /** The alignments that the label may follow. */
  readonly before: Alignments;
  readonly label: number;
  /** The label's log-probability. */
  readonly log: number;
  /** The most that the longer prefix can rank, whatever the scorer makes of it. */
  readonly most: number;
}

/** Continues all prefixes by frame t and keeps the best ones, the best first. */
function advance(
  live: readonly Hypothesis[],
  t: number,
  classes: readonly LikelyClass[],
  search: Search,
): Hypothesis[] {
  const { scorer, beam } = search;
  const stayed = new Map(live.map((own) => [own.prefix, stay(own, t, classes)]));
  const all = live.flatMap((own) => stepsOf(own, classes, search));
  const steps = all.filter((step) => {
    const longer = step.from.prefix.longer(step.label);
    const known = longer && stayed.get(longer);
    if (known) stayed.set(longer, { ...known, label: join(known.label, alignmentsOf(step, t)) });
    return !known;
  });
  const extend = (some: readonly Step[]): Hypothesis[] =>
    some.map((step) => ({
      prefix: step.from.prefix.extend(step.label, scorer),
      blank: NEVER,
      label: alignmentsOf(step, t),
    }));
  // Only steps that may still get into the beam are shown to the scorer, the most promising first.
  const staying = bestOf([...stayed.values()], beam);
  const open = promising(steps, staying, beam).sort((a, b) => b.most - a.most);
  const best = bestOf([...staying, ...extend(open.slice(0, beam))], beam);
  return bestOf([...best, ...extend(promising(open.slice(beam), best, beam))], beam);
}

/** Lists the steps that may lead into a beam that has some hypotheses, the best first. */
function promising(steps: readonly Step[], best: readonly Hypothesis[], beam: number): Step[] {
  const least = best.length < beam ? -Infinity : rankOf(best[beam - 1]);
  return steps.filter(({ most }) => most > least);
}

/** Continues a prefix by the blank and by its last label. */
function stay({ prefix, blank, label }: Hypothesis, t: number, classes: readonly LikelyClass[]): Hypothesis {
  const [[, log]] = classes;
  const all = join(blank, label);
  const again = classes.find(([one]) => one === prefix.label);
  const place = label.place && { ...label.place, end: t + 1 };
  return {
    prefix,
    blank: continued(all, log, all.place),
    label: again ? continued(label, again[1], place) : NEVER,
  };
}

/** Lists the labels that may be appended to a prefix. */
function stepsOf(from: Hypothesis, [, ...labels]: readonly LikelyClass[], { scorer: { most = 0 } }: Search): Step[] {
  const { prefix, blank, label: last } = from;
  const all = join(blank, last);
  return labels.map(([label, log]) => {
    // A repeated label is the same one, unless a blank stands between.
    const before = label === prefix.label ? blank : all;
    return { from, before, label, log, most: before.sum + log + prefix.score + most };
  });
}

/** Returns the alignments of the longer prefix. */
function alignmentsOf({ before, label, log }: Step, t: number): Alignments {
  return continued(before, log, { label, start: t, end: t + 1, before: before.place });
}

/** Returns the best hypotheses that are possible, the best first. */
function bestOf(all: readonly Hypothesis[], beam: number): Hypothesis[] {
  return all
    .map((hypothesis) => ({ hypothesis, rank: rankOf(hypothesis) }))
    .filter(({ rank }) => rank > -Infinity)
    .sort((a, b) => b.rank - a.rank)
    .slice(0, beam)
    .map(({ hypothesis }) => hypothesis);
}

/** Returns the hypotheses, the best first, that rank within a margin of the best one. */
function withinMargin(live: Hypothesis[], margin: number): Hypothesis[] {
  if (live.length === 0) return live;
  const least = rankOf(live[0]) - margin;
  return live.filter((hypothesis) => rankOf(hypothesis) >= least);
}

/** Ranks a hypothesis by its log-probability and the scorer's score. */
function rankOf(hypothesis: Hypothesis): number {
  return logProbabilityOf(hypothesis) + hypothesis.prefix.score;
}

function logProbabilityOf({ blank, label }: Hypothesis): number {
  return logAdd(blank.sum, label.sum);
}

/** Returns the labels of a hypothesis, after some that are decided; `end` is what the end adds to its score. */
function foundLabels(
  hypothesis: Hypothesis,
  { before, end: atEnd }: { readonly before: readonly FoundLabel[]; readonly end: number },
): FoundLabels {
  const logProbability = logProbabilityOf(hypothesis);
  const places = placesOf(join(hypothesis.blank, hypothesis.label).place);
  return {
    labels: [...before, ...places.map(({ label, start, end }) => ({ label, start, end }))],
    logProbability,
    score: logProbability + hypothesis.prefix.score + atEnd,
  };
}

/** Returns hypotheses without the places of their first labels, of which all have `count`. */
function withoutFirst(live: readonly Hypothesis[], count: number): Hypothesis[] {
  // Alignments share places.
  const known = new Map<Place, Place | undefined>();
  const cut = (alignments: Alignments): Alignments => {
    let before: Place | undefined;
    for (const [i, place] of placesOf(alignments.place).entries()) {
      if (i >= count && !known.has(place)) known.set(place, { ...place, before });
      before = known.get(place);
    }
    return { ...alignments, place: before };
  };
  return live.map(({ prefix, blank, label }) => ({ prefix, blank: cut(blank), label: cut(label) }));
}
