import { ETA, type Rung } from "./rungs.ts";

/** The validation figures of a trained candidate. */
export interface Figures {
  /** The figure by which candidates are compared after the longest trainings; higher is better. */
  readonly objective: number;
  /**
   * The lowest validation loss, which decides between candidates after shorter trainings; of the network alone if a
   * linear model's scores are added to its own, since what it adds to them does not show yet.
   */
  readonly loss: number;
}

/** The result of training a candidate. */
export interface Trained {
  /** The validation figures; null if training failed. */
  readonly figures: Figures | null;
  /** Duration of the training and its preparation in seconds. */
  readonly seconds: number;
  /** The part of it before the first step, which does not grow with the number of epochs. Default: 0. */
  readonly preparation?: number;
}

/** One training of a candidate. */
export interface Trial extends Rung, Trained {
  /** Index of the candidate. */
  readonly candidate: number;
}

/** The result of a search. */
export interface Found {
  /** Index of the best candidate; 0, the default, if nothing better was found. */
  readonly candidate: number;
  /** Its mean figures; undefined if no candidate was trained in time. */
  readonly figures: Figures | undefined;
}

/** Options of `Search`. */
export interface SearchOptions {
  /** Number of candidates. The first is the default. */
  readonly candidates: number;
  /** The rounds. */
  readonly rungs: readonly Rung[];
  /** Number of candidates to train at the same time. */
  readonly workers: number;
  /** The expected time of one epoch of the default configuration, in seconds. */
  readonly secondsPerEpoch: number;
  /** Returns the time in seconds. */
  readonly now: () => number;
  /** The time at which the search ends. */
  readonly end: number;
  /** Trains a candidate; returns undefined if it did not end in time. */
  readonly train: (candidate: number, rung: Rung) => Promise<Trained | undefined>;
  /**
   * Estimates the standard error of an objective: another candidate is taken only if it beats the default by more than
   * the default's. Default: 0.
   */
  readonly errorOf?: (objective: number) => number;
  /** Trials of an interrupted search, which are not repeated. */
  readonly known?: readonly Trial[];
  /** Draws candidates beyond those there are, and returns the new number of all; no more if the space is exhausted. */
  readonly drawMore?: () => Promise<number> | number;
  /** Called before the first trial of each round, with its number of candidates. */
  readonly onRung?: (rung: Rung, candidates: number) => void;
  /** Called after each trial; the next one of the same worker waits for it. */
  readonly onTrial?: (trial: Trial) => Promise<void> | void;
}

/**
 * Successive halving: trains many candidates for a short time, and the best third of them longer, round by round. The
 * default goes through all rounds, so that a candidate has to beat it under the same conditions. A round that only
 * changes the seed repeats the candidates of the one before. The time that trials take is measured, and a round has no
 * more candidates than its share of the time left allows. If time is left after the last round, for example since
 * trainings stopped early, more candidates go through the rounds, beside those that have.
 */
export class Search {
  #options: SearchOptions;
  #trials: Trial[];

  constructor(options: SearchOptions) {
    this.#options = options;
    this.#trials = [...options.known ?? []];
  }

  /** Runs all rounds for which there is time, and returns the best candidate. */
  async run(): Promise<Found> {
    const { candidates, drawMore, now, end } = this.#options;
    let count = candidates;
    for (let trials = -1; this.#trials.length > trials && now() < end;) {
      trials = this.#trials.length;
      await this.#runRungs(count);
      const more = now() < end && await drawMore?.() || count;
      if (more === count) break;
      count = more;
    }
    return this.found();
  }

  /** Runs the rounds with all candidates, as far as they have not been trained. */
  async #runRungs(candidates: number): Promise<void> {
    const { rungs, now, end } = this.#options;
    let chosen = Array.from({ length: candidates }, (_, i) => i);
    for (const [place, rung] of rungs.entries()) {
      if (place > 0) chosen = this.#survivors(place);
      if (chosen.length < 2 || now() >= end) break;
      await this.#runRung(rung, chosen, now() + (end - now()) / (rungs.length - place));
    }
  }

  /** The trials so far. */
  get trials(): readonly Trial[] {
    return this.#trials;
  }

  /**
   * Returns the best candidate of the last round in which there was something to compare: the default, or one of those
   * trained with the most seeds, so that none wins by luck with one. Among many candidates, some always look a little
   * better than they are, so the default stays unless the best one beats it by more than its standard error (the
   * one-standard-error rule of Breiman et al. 1984).
   */
  found(): Found {
    const compared = this.#options.rungs.map((rung) => this.#ranked(rung)).findLast(({ length }) => length > 1) ??
      this.#options.rungs.flatMap((rung) => this.#ranked(rung));
    const most = Math.max(...compared.map(({ candidate, seeds }) => candidate === 0 ? 0 : seeds));
    const best = compared.find(({ candidate, seeds }) => candidate === 0 || seeds === most);
    const usual = compared.find(({ candidate }) => candidate === 0);
    const { candidate, figures } = best && usual && !this.#beats(best.figures, usual.figures) ? usual : best ?? NONE;
    return { candidate, figures };
  }

  /** Whether figures are better than those of the default by more than the standard error of the latter. */
  #beats({ objective }: Figures, { objective: usual }: Figures): boolean {
    const { errorOf = () => 0 } = this.#options;
    return objective - usual > errorOf(usual);
  }

  /** Trains candidates, several at a time. Those after the second begin before `limit` or not at all. */
  async #runRung(rung: Rung, candidates: readonly number[], limit: number): Promise<void> {
    const { now, end, workers, onRung } = this.#options;
    const open = candidates.filter((candidate) => !this.#isTrained(candidate, rung));
    let isBegun = false;
    const isExempt = (candidate: number): boolean => candidates.indexOf(candidate) < 2;
    const next = (): number | undefined => {
      for (let candidate = open.shift(); candidate !== undefined; candidate = open.shift()) {
        const expected = now() + this.#expected(candidate, rung);
        if (expected > end || (now() >= limit && !isExempt(candidate))) continue;
        if (!isBegun) onRung?.(rung, open.length + 1);
        isBegun = true;
        return candidate;
      }
    };
    await Promise.all(Array.from({ length: workers }, async () => {
      for (let candidate = next(); candidate !== undefined; candidate = next()) await this.#train(candidate, rung);
    }));
  }

  #isTrained(candidate: number, rung: Rung): boolean {
    return this.#trials.some((trial) => isTrialOf(trial, candidate, rung));
  }

  async #train(candidate: number, rung: Rung): Promise<void> {
    const { train, onTrial } = this.#options;
    const trained = await train(candidate, rung);
    if (trained === undefined) return;
    const trial = { candidate, ...rung, ...trained };
    this.#trials.push(trial);
    await onTrial?.(trial);
  }

  /** Returns the candidates of a round after the first: the default, and the best others for which there is time. */
  #survivors(place: number): number[] {
    const { rungs, now, end, workers } = this.#options;
    const [before, rung] = [rungs[place - 1], rungs[place]];
    const ranked = this.#ranked(before).map(({ candidate }) => candidate);
    const others = ranked.filter((candidate) => candidate !== 0);
    const kept = isRepeat(rung, before) ? others.length : Math.ceil(others.length / ETA);
    let left = (end - now()) * workers / (rungs.length - place);
    left -= this.#expected(0, rung);
    const chosen = others.slice(0, kept).filter((candidate, i) => {
      const expected = this.#isTrained(candidate, rung) ? 0 : this.#expected(candidate, rung);
      if (i > 0 && expected > left) return false;
      left -= expected;
      return true;
    });
    return ranked.includes(0) ? [0, ...chosen] : chosen;
  }

  /**
   * Returns the candidates of a round with their mean figures, best first: by the loss, or by the objective after the
   * longest trainings.
   */
  #ranked(rung: Rung): { candidate: number; seeds: number; figures: Figures }[] {
    const own = this.#trials.filter((trial) => isRepeat(trial, rung) && trial.figures !== null);
    const compare = isRepeat(rung, this.#options.rungs.at(-1)!) ? compareObjectives : compareLosses;
    return [...Map.groupBy(own, ({ candidate }) => candidate)].map(([candidate, trials]) => ({
      candidate,
      seeds: trials.length,
      figures: meanOf(trials.map(({ figures }) => figures!)),
    })).sort((a, b) => compare(a.figures, b.figures) || a.candidate - b.candidate);
  }

  /** Expects the seconds of a training from the candidate's last one or, before the first, from those of all. */
  #expected(candidate: number, rung: Rung): number {
    const own = this.#trials.findLast((trial) => trial.candidate === candidate);
    const known = own ? [own] : this.#trials;
    return known.length > 0 ? expectSeconds(known, rung) : this.#options.secondsPerEpoch * rung.epochs * rung.share;
  }
}

/** The result of a search without any trial. */
const NONE: Found = { candidate: 0, figures: undefined };

/** Expects the seconds of a training from those of others, of which there is at least one. */
export function expectSeconds(trials: readonly Trial[], { epochs, share }: Pick<Rung, "epochs" | "share">): number {
  const sum = (of: (trial: Trial) => number): number => trials.reduce((all, trial) => all + of(trial), 0);
  const preparation = sum((trial) => trial.preparation ?? 0);
  const perEpoch = (sum(({ seconds }) => seconds) - preparation) / sum((trial) => trial.epochs * trial.share);
  return share * (preparation / sum((trial) => trial.share) + epochs * perEpoch);
}

/** Whether two rounds train equally long, with whatever seed. */
function isRepeat(a: Rung, b: Rung): boolean {
  return a.epochs === b.epochs && a.share === b.share;
}

function isTrialOf(trial: Trial, candidate: number, rung: Rung): boolean {
  return trial.candidate === candidate && isRepeat(trial, rung) && trial.seed === rung.seed;
}

function meanOf(figures: readonly Figures[]): Figures {
  const mean = (name: keyof Figures): number => figures.reduce((sum, one) => sum + one[name], 0) / figures.length;
  return { objective: mean("objective"), loss: mean("loss") };
}

/** Orders figures by the objective and then the loss, best first. */
function compareObjectives(a: Figures, b: Figures): number {
  return b.objective - a.objective || a.loss - b.loss;
}

/** Orders figures by the loss and then the objective, best first. */
function compareLosses(a: Figures, b: Figures): number {
  return a.loss - b.loss || b.objective - a.objective;
}
