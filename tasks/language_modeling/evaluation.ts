import { InputRangeError } from "../../errors.ts";
import { rangeOf, type RankOf } from "../../src/distributed/mod.ts";
import { CarriedState, inference } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import { DocumentStreams } from "./document_streams.ts";
import { isDocumentIds } from "./document_ids.ts";
import type { LanguageNetwork } from "./network.ts";
import { type Adaptation, scoreWindows, windowSteps } from "./score_windows.ts";
import { Streams } from "./streams.ts";
import type { TokenIds } from "./token_ids.ts";
import type { TokenStreams } from "./windows.ts";

/** Most streams into which a text is divided for evaluation, and the fewest tokens of each. */
const MAX_STREAMS = 20;
const MIN_STREAM_TOKENS = 512;
/** Time steps of a window. They do not change the result, since the state is carried over. */
const WINDOW = 32;
/** Streams of the text whose gradients are measured, as in Krause et al. (2018). */
const STATISTICS_STREAMS = 100;

/** The evaluation of a language model on a text. */
export interface Evaluation {
  /** Mean loss in nats per token. */
  readonly loss: number;
  /** Number of predicted tokens: all but the first. */
  readonly tokens: number;
  /** Number of streams that were read side by side. */
  readonly streams: number;
}

/** How a text is evaluated. */
export interface EvaluationPlan extends Omit<Adaptation, "statistics"> {
  /** Number of streams. Default: one for every 512 tokens, at most 20, or a single one for a model that adapts. */
  readonly streams?: number;
  /** The text whose gradients dynamic evaluation measures first. Default: the evaluated text, as far as it is read. */
  readonly statistics?: TokenIds;
  /** The share of each stream that is read, from its beginning. Default: 1. */
  readonly share?: number;
  /** The streams that one of several ranks reads are its part of all. Default: all streams are read. */
  readonly part?: RankOf;
  /** Aborts the evaluation. */
  readonly signal?: AbortSignal;
}

/**
 * Computes the mean loss over a text, read as contiguous streams with carried state; each stream begins with a zero
 * state. Documents are read whole, each from a zero state.
 *
 * Throws `RangeError` if the text has fewer than two tokens.
 */
export async function evaluateIds(
  network: LanguageNetwork,
  ids: TokenIds,
  plan: EvaluationPlan = {},
): Promise<Evaluation> {
  if (plan.cache || plan.dynamic) return await evaluateAdapted(network, ids, plan);
  const { signal } = plan;
  const { engine } = network.embedding.weight;
  // Few streams take more steps at a time, so that the products of the output layer are large enough to be fast.
  const steps = plan.streams === undefined ? WINDOW : Math.max(WINDOW, Math.ceil(WINDOW * MAX_STREAMS / plan.streams));
  const streams = streamsOf(ids, steps, plan.streams);
  const columns = rangeOf(streams.batch, plan.part ?? { rank: 0, size: 1 });
  const B = columns[1] - columns[0];
  if (B === 0) return { loss: 0, tokens: 0, streams: 0 };
  const carried = CarriedState.zeros(network.rnn, B);
  const windows = Math.max(1, Math.round((plan.share ?? 1) * streams.windows));
  let [sum, count] = [0, 0];
  try {
    const breather = new Breather();
    for (let index = 0; index < windows; index++) {
      const { T, inputs, targets, tokens, begins } = await streams.window(index, 0, columns);
      inference(() => {
        carried.clear(begins);
        const { loss, state } = network.loss(inputs, targets, T, B, carried.state);
        // The loss of a window without targets is not a number.
        if (tokens > 0) sum += loss.item() * tokens;
        count += tokens;
        carried.carry(state);
      }, { engine });
      signal?.throwIfAborted();
      await breather.breathe();
    }
  } finally {
    carried[Symbol.dispose]();
  }
  return { loss: sum / count, tokens: count, streams: B };
}

async function evaluateAdapted(network: LanguageNetwork, ids: TokenIds, plan: EvaluationPlan): Promise<Evaluation> {
  const streams = adaptedStreams(network, ids, plan);
  let sum = 0;
  for await (const { losses } of scoreWindows(network, streams, { ...plan, statistics: statisticsOf(plan) })) {
    for (const loss of losses) sum += loss;
  }
  return { loss: sum / streams.tokens, tokens: streams.tokens, streams: streams.batch };
}

/** Divides a text into the windows that a model which adapts reads: as long as one update of dynamic evaluation. */
export function adaptedStreams(
  network: LanguageNetwork,
  ids: TokenIds,
  { streams = 1, dynamic }: EvaluationPlan,
): TokenStreams {
  return streamsOf(ids, dynamic?.bptt ?? windowSteps(network, streams), streams);
}

/** Divides the text whose gradients are measured. */
export function statisticsOf({ dynamic, statistics }: EvaluationPlan): TokenStreams | undefined {
  if (!dynamic || !statistics) return undefined;
  const most = Math.floor(statistics.length / dynamic.bptt);
  return streamsOf(statistics, dynamic.bptt, Math.max(1, Math.min(STATISTICS_STREAMS, most)));
}

/** Divides a text into streams. Throws `RangeError` if it has fewer than two tokens, or too few for the streams. */
export function streamsOf(ids: TokenIds, bptt: number, streams?: number): TokenStreams {
  if (ids.length < 2) throw new InputRangeError(`evaluate: expected a text of at least 2 tokens, found ${ids.length}`);
  if (isDocumentIds(ids)) return new DocumentStreams(ids, { batch: streams ?? MAX_STREAMS, bptt, divides: false });
  const usual = Math.max(1, Math.min(MAX_STREAMS, Math.floor(ids.length / MIN_STREAM_TOKENS)));
  return new Streams(ids, streams ?? usual, bptt);
}
