import { CarriedState, inference, logSoftmax, Random, type Tensor } from "../../src/nn/mod.ts";
import { type Pause, pausing } from "../../src/train/mod.ts";
import { Sampler } from "../language_modeling/sampling.ts";
import type { SamplingSettings } from "../language_modeling/sampling_options.ts";
import { BAN, type MusicNetwork } from "./network.ts";
import type { MusicRules, PieceReader } from "./notations/rules.ts";
import { writeGroup, writeToken } from "./piece_window.ts";

/** A piece that is being composed. */
export interface Draft {
  /** Its tokens so far. */
  readonly ids: number[];
  /** Where it stands. */
  readonly reader: PieceReader;
  /** The logarithm of its probability under the model. */
  logProbability: number;
  /** The logarithm of the probability that the model gives to what is asked for: that of all tokens left to choose. */
  logWeight: number;
}

/** The demands on a piece besides those of its grammar. */
export interface Demands {
  /** Whether the piece is as long as asked for. */
  isDone(draft: Draft): boolean;
  /** Sets `allowed[id]` to 0 for tokens that are not wanted next; at least one must be left. */
  restrict?(draft: Draft, allowed: Uint8Array): void;
}

/** How pieces begin and what they must have. */
export interface CompositionPlan {
  /** The tokens with which every piece begins. */
  readonly prime: readonly number[];
  /** The demands on it. */
  readonly demands: Demands;
}

/** Options of `samplePieces`. */
export interface PieceSampling {
  /** Number of pieces. */
  readonly count: number;
  /** The tokens with which every piece begins. */
  readonly prime?: readonly number[];
  /** How tokens are drawn. */
  readonly settings: SamplingSettings;
  /** Seed of the random numbers. */
  readonly seed: number;
  /**
   * Whether pieces that become unlikely through what is demanded make way for copies of the likely ones, between groups
   * (resampling; Gordon et al. 1993). Default: false.
   */
  readonly resample?: boolean;
  /** Aborts the sampling. */
  readonly signal?: AbortSignal;
  /** Awaited between groups. Default: lets the event loop run every 20 ms. */
  readonly pause?: Pause;
}

/** Composes pieces side by side, which takes little longer than one. They are returned in the order of their ends. */
export async function samplePieces(
  network: MusicNetwork,
  rules: MusicRules,
  demands: Demands,
  { count: B, prime = [], settings, seed, resample = false, ...running }: PieceSampling,
): Promise<Draft[]> {
  let drafts = Array.from({ length: B }, (): Draft => ({
    ids: [],
    reader: rules.start(),
    logProbability: 0,
    logWeight: 0,
  }));
  const { engine } = network;
  const random = new Random(seed, { engine });
  const done: Draft[] = [];
  let samplers = drafts.map(() => new Sampler(rules.vocabSize, settings, engine));
  const carried = CarriedState.zeros(network.language.rnn, B);
  const pause = pausing(running);
  try {
    while (drafts.length > 0) {
      inference(() => {
        const hidden = advance(network, rules, drafts, carried);
        const writing = { drafts, hidden, samplers, prime, random };
        // Each draft writes the tokens of a group, which begins with a token in every case.
        let open = drafts.map((_, b) => b);
        while (open.length > 0) {
          writeTokens(network, rules, demands, open, writing);
          open = open.filter((b) => !drafts[b].reader.startsGroup);
        }
      }, { engine });
      if (resample) {
        const kept = survivors(drafts, random);
        if (kept !== undefined) {
          carried.select(kept);
          drafts = kept.map((b) => copyDraft(drafts[b]));
        }
      }
      const going = drafts.flatMap((draft, b) => demands.isDone(draft) ? [] : [b]);
      if (going.length < drafts.length) {
        done.push(...drafts.filter((draft) => demands.isDone(draft)));
        drafts = going.map((b) => drafts[b]);
        samplers = going.map((b) => samplers[b]);
        if (going.length > 0) carried.select(going);
      }
      await pause();
    }
  } finally {
    carried[Symbol.dispose]();
  }
  return done;
}

/** Takes a step of the recurrent layers for every draft. */
function advance(
  network: MusicNetwork,
  rules: MusicRules,
  drafts: readonly Draft[],
  carried: CarriedState,
): Tensor {
  const B = drafts.length;
  const inputs = { T: 1, B, ids: new Int32Array(B), features: new Float32Array(B * rules.features) };
  for (const [b, { ids, reader }] of drafts.entries()) writeGroup(rules, reader, ids.at(-1) ?? rules.begin, b, inputs);
  const { hidden, state } = network.read(inputs, carried.state);
  carried.carry(state);
  return hidden;
}

interface Writing {
  readonly drafts: readonly Draft[];
  readonly hidden: Tensor;
  readonly samplers: readonly Sampler[];
  readonly prime: readonly number[];
  readonly random: Random;
}

/** Writes the next token of each of the open drafts. */
function writeTokens(
  network: MusicNetwork,
  rules: MusicRules,
  demands: Demands,
  open: readonly number[],
  { drafts, hidden, samplers, prime, random }: Writing,
): void {
  const { vocabSize: V, insideFeatures: I } = rules;
  const N = open.length;
  const places = { rows: Int32Array.from(open), inside: new Float32Array(N * I), bans: new Float32Array(N * V) };
  const allowed = new Uint8Array(V);
  for (const [n, b] of open.entries()) writeToken(rules, drafts[b].reader, n, places, allowed);
  const scores = logSoftmax(network.decode(hidden, places)).toArray();
  const draws = random.uniform(N);
  for (const [n, b] of open.entries()) {
    const draft = drafts[b];
    const own = scores.subarray(n * V, (n + 1) * V);
    for (let id = 0; id < V; id++) allowed[id] = places.bans[n * V + id] === BAN ? 0 : 1;
    const given = prime[draft.ids.length];
    if (given === undefined) demands.restrict?.(draft, allowed);
    const wanted = own.map((score, id) => allowed[id] === 1 ? score : -Infinity);
    const id = given ?? samplers[b].choose(wanted.slice(), draws[n]);
    if (given === undefined) draft.logWeight += logSum(wanted);
    draft.logProbability += own[id];
    draft.ids.push(id);
    draft.reader.read(id);
    samplers[b].observe(id);
  }
}

/** log(sum exp). */
function logSum(values: Float32Array): number {
  const most = values.reduce((most, value) => Math.max(most, value), -Infinity);
  return most + Math.log(values.reduce((sum, value) => sum + Math.exp(value - most), 0));
}

/**
 * Chooses the drafts that go on, in proportion to their weights (systematic resampling; Kitagawa 1996), which then are
 * equal. Returns undefined if the weights are still even enough.
 */
function survivors(drafts: readonly Draft[], random: Random): number[] | undefined {
  const most = Math.max(...drafts.map(({ logWeight }) => logWeight));
  const weights = drafts.map(({ logWeight }) => Math.exp(logWeight - most));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const effective = total ** 2 / weights.reduce((sum, weight) => sum + weight ** 2, 0);
  if (effective > drafts.length / 2) return undefined;
  const [offset] = random.uniform(1);
  const kept: number[] = [];
  let sum = 0;
  for (const [b, weight] of weights.entries()) {
    sum += weight / total * drafts.length;
    while (kept.length < drafts.length && kept.length + offset < sum) kept.push(b);
  }
  while (kept.length < drafts.length) kept.push(drafts.length - 1);
  return kept;
}

function copyDraft({ ids, reader, logProbability }: Draft): Draft {
  return { ids: [...ids], reader: reader.copy(), logProbability, logWeight: 0 };
}
