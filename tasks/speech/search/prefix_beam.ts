import type { FoundLabel, FrameScores } from "../greedy.ts";
import { type Alignments, continued, join, logAdd, NEVER, START } from "./alignments.ts";
import type { PrefixScorer } from "./scorer.ts";

/** Options of `searchPrefixes`. */
export interface PrefixBeamOptions {
  /** The class of the blank. */
  readonly blank: number;
  /** Number of prefixes that are kept after each frame. */
  readonly beam: number;
  /** Ignores labels that are less probable than the best class of their frame by more than this, in nats. */
  readonly prune: number;
  /** Number of hypotheses to return. Default: 1. */
  readonly nBest?: number;
  /** Scores the prefixes beside the frames. Default: none. */
  // deno-lint-ignore no-explicit-any
  readonly scorer?: PrefixScorer<any>;
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
 * sums. If no prefix that is left may end, as in the middle of a word of a lexicon, the best ones are returned as they
 * are.
 */
export function searchPrefixes(scores: FrameScores, options: PrefixBeamOptions): FoundLabels[] {
  const { scorer = NO_SCORER, nBest = 1 } = options;
  let live: Hypothesis[] = [{ prefix: new Prefix(scorer.begin()), blank: START, label: NEVER }];
  for (let t = 0; t < scores.frames; t++) {
    const classes = likelyClasses(scores, t, options);
    if (classes.length > 1) prepare(live, scorer);
    live = advance(live, t, classes, { scorer, beam: options.beam });
  }
  // Not even a blank is possible if a model's parameters are not finite.
  if (live.length === 0) return [{ labels: [], logProbability: -Infinity, score: -Infinity }];
  prepare(live, scorer);
  const ended = live.map((hypothesis) => ({ hypothesis, end: scorer.end(hypothesis.prefix.state) }));
  const whole = ended.filter(({ end }) => end > -Infinity);
  return (whole.length > 0 ? whole : ended.map(({ hypothesis }) => ({ hypothesis, end: 0 })))
    .map(({ hypothesis, end }) => foundLabels(hypothesis, end))
    .sort((a, b) => b.score - a.score)
    .slice(0, nBest);
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

/** Ranks a hypothesis by its log-probability and the scorer's score. */
function rankOf(hypothesis: Hypothesis): number {
  return logProbabilityOf(hypothesis) + hypothesis.prefix.score;
}

function logProbabilityOf({ blank, label }: Hypothesis): number {
  return logAdd(blank.sum, label.sum);
}

function foundLabels(hypothesis: Hypothesis, end: number): FoundLabels {
  const logProbability = logProbabilityOf(hypothesis);
  const labels: FoundLabel[] = [];
  for (let place = join(hypothesis.blank, hypothesis.label).place; place; place = place.before) {
    labels.push({ label: place.label, start: place.start, end: place.end });
  }
  return { labels: labels.reverse(), logProbability, score: logProbability + hypothesis.prefix.score + end };
}
