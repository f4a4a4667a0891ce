import { InputRangeError } from "../../errors.ts";
import { type Pause, pausing } from "../../src/train/mod.ts";
import { CacheMixer } from "./cache_mixer.ts";
import { DynamicEvaluation, type DynamicSettings } from "./dynamic_evaluation.ts";
import type { LanguageNetwork } from "./network.ts";
import type { NeuralCacheSettings } from "./neural_cache.ts";
import { type Mixer, TokenReader, type WindowScores } from "./token_reader.ts";
import type { TokenStreams, Window } from "./windows.ts";

/** Most logits of a window. */
const MAX_LOGITS = 2 ** 22;
const MAX_STEPS = 256;

/** Returns the time steps of a window of B streams, so that its logits [T, B, V] need little memory. */
export function windowSteps(network: LanguageNetwork, streams: number): number {
  const [V] = network.embedding.weight.shape;
  return Math.max(1, Math.min(MAX_STEPS, Math.floor(MAX_LOGITS / streams / V)));
}

/** How a model adapts to the text that it reads. */
export interface Adaptation {
  /** Predicts that tokens recur after similar hidden states. */
  readonly cache?: NeuralCacheSettings;
  /** Trains the network on what it has read. */
  readonly dynamic?: DynamicSettings;
  /** The text whose gradients `dynamic` measures first. */
  readonly statistics?: TokenStreams;
}

/** Options of `scoreWindows`. */
export interface ScoreWindowsOptions extends Adaptation {
  /** Number of most probable tokens to find for each token. Default: no ranking. */
  readonly top?: number;
  /** Receives the predictions instead of a cache. */
  readonly mixer?: Mixer;
  /** Aborts the reading. */
  readonly signal?: AbortSignal;
  /** Awaited between windows. Default: lets the event loop run every 20 ms. */
  readonly pause?: Pause;
}

/** A window and the scores of its tokens. */
export interface ScoredWindow extends WindowScores {
  readonly window: Window;
}

/** Reads streams and yields each window with the scores of its tokens. Leaves the network as it was. */
export async function* scoreWindows(
  network: LanguageNetwork,
  streams: TokenStreams,
  options: ScoreWindowsOptions,
): AsyncGenerator<ScoredWindow, void, void> {
  const { statistics, signal } = options;
  const dynamic = options.dynamic && new DynamicEvaluation(network, options.dynamic, streams.batch);
  try {
    if (statistics) await dynamic?.collect(statistics, signal);
    yield* readWindows(network, streams, options, dynamic);
  } finally {
    dynamic?.[Symbol.dispose]();
  }
}

/** Trains a network on streams while it reads them. Dispose of the result to restore the trained parameters. */
export async function adaptTo(
  network: LanguageNetwork,
  streams: TokenStreams,
  { dynamic: settings, statistics, signal }: ScoreWindowsOptions & { readonly dynamic: DynamicSettings },
): Promise<Disposable> {
  const dynamic = new DynamicEvaluation(network, settings, streams.batch);
  try {
    if (statistics) await dynamic.collect(statistics, signal);
    for await (const _ of readWindows(network, streams, { signal }, dynamic));
    return dynamic;
  } catch (error) {
    dynamic[Symbol.dispose]();
    throw error;
  }
}

async function* readWindows(
  network: LanguageNetwork,
  streams: TokenStreams,
  options: Omit<ScoreWindowsOptions, "dynamic" | "statistics">,
  dynamic: DynamicEvaluation | undefined,
): AsyncGenerator<ScoredWindow, void, void> {
  const { engine } = network.embedding.weight;
  const { cache, top } = options;
  const mixer = options.mixer ?? (cache && new CacheMixer(engine, cache, streams.batch));
  let reader: TokenReader | undefined;
  try {
    reader = new TokenReader(network, { streams: streams.batch, top, mixer, dynamic });
    const pause = pausing(options);
    for (let index = 0; index < streams.windows; index++) {
      const window = await streams.window(index);
      const scores = reader.read(window);
      if (dynamic) expectFinite(scores);
      yield { window, ...scores };
      await pause();
    }
  } finally {
    for (const own of [reader, mixer]) own?.[Symbol.dispose]();
  }
}

/** Throws `RangeError` if dynamic evaluation has left the network without finite predictions. */
function expectFinite({ losses }: WindowScores): void {
  const wrong = losses.find((loss) => !Number.isFinite(loss));
  if (wrong === undefined) return;
  const remedy = "a lower learning rate of dynamic evaluation may help";
  throw new InputRangeError(`evaluate: expected a finite loss, found ${wrong}; ${remedy}`);
}
