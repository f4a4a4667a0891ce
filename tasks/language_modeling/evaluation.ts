import { InputRangeError } from "../../errors.ts";
import { CarriedState, inference } from "../../src/nn/mod.ts";
import { Breather } from "../../src/train/mod.ts";
import type { LanguageNetwork } from "./network.ts";
import { DocumentStreams } from "./document_streams.ts";
import { isDocumentIds } from "./document_ids.ts";
import { Streams } from "./streams.ts";
import type { TokenIds } from "./token_ids.ts";
import type { TokenStreams } from "./windows.ts";

/** Most streams into which a text is divided for evaluation, and the fewest tokens of each. */
const MAX_STREAMS = 20;
const MIN_STREAM_TOKENS = 512;
/** Time steps of a window. They do not change the result, since the state is carried over. */
const WINDOW = 32;

/** The evaluation of a language model on a text. */
export interface Evaluation {
  /** Mean loss in nats per token. */
  readonly loss: number;
  /** Number of predicted tokens: all but the first. */
  readonly tokens: number;
}

/**
 * Computes the mean loss over a text, read as up to 20 contiguous streams with carried state; each stream begins with a
 * zero state. Documents are read whole, each from a zero state.
 *
 * Throws `RangeError` if the text has fewer than two tokens.
 */
export async function evaluateIds(
  network: LanguageNetwork,
  ids: TokenIds,
  signal?: AbortSignal,
): Promise<Evaluation> {
  if (ids.length < 2) throw new InputRangeError(`evaluate: expected a text of at least 2 tokens, found ${ids.length}`);
  const { engine } = network.embedding.weight;
  const streams = streamsOf(ids);
  const carried = CarriedState.zeros(network.rnn, streams.batch);
  let sum = 0;
  try {
    const breather = new Breather();
    for (let index = 0; index < streams.windows; index++) {
      const { T, inputs, targets, tokens, begins } = await streams.window(index);
      inference(() => {
        carried.clear(begins);
        const { loss, state } = network.loss(inputs, targets, T, streams.batch, carried.state);
        sum += loss.item() * tokens;
        carried.carry(state);
      }, { engine });
      signal?.throwIfAborted();
      await breather.breathe();
    }
  } finally {
    carried[Symbol.dispose]();
  }
  return { loss: sum / streams.tokens, tokens: streams.tokens };
}

function streamsOf(ids: TokenIds): TokenStreams {
  if (isDocumentIds(ids)) return new DocumentStreams(ids, { batch: MAX_STREAMS, bptt: WINDOW, divides: false });
  const batch = Math.max(1, Math.min(MAX_STREAMS, Math.floor(ids.length / MIN_STREAM_TOKENS)));
  return new Streams(ids, batch, WINDOW);
}
