import { type Cell, CELLS } from "../language_modeling/mod.ts";

/** The task, as `config.json` names it. */
export const TASK = "sentiment";

/** How the states of a text become one vector. */
export const POOLINGS = ["last", "mean", "max", "attention", "concat"] as const;

/**
 * How the states of a text become one vector: each direction's last state, their mean, their maxima, the mean weighted by attention (Yang et
 * al. 2016), or all four joined.
 */
export type Pooling = typeof POOLINGS[number];

/** What a sentiment classifier is made of: the contents of `config.json`. */
export interface SentimentConfig {
  /** The recurrent cell. */
  readonly cell: Cell;
  /** Number of symbols V. */
  readonly vocabulary: number;
  /** Embedding size E. */
  readonly embed: number;
  /** Hidden size H. */
  readonly hidden: number;
  /** Stacked layers. */
  readonly layers: number;
  /** Networks that read a text each on its own; their mean score counts. */
  readonly members: number;
  /** Whether texts are also read backwards. */
  readonly bidirectional: boolean;
  /** How the states of a text become one vector. */
  readonly pooling: Pooling;
  /** The labels, in the order of the classifier's outputs. */
  readonly labels: readonly string[];
  /** Most tokens of a text that are read; what follows is cut off. */
  readonly maxTokens: number;
  /** Dropout rate between layers (one mask for all time steps) and before the classifier. */
  readonly dropout: number;
  /** Dropout rate on the embeddings, one mask for all time steps. */
  readonly inputDropout: number;
  /** Share of the vocabulary whose vectors are dropped in a batch (Gal and Ghahramani 2016). */
  readonly embedDropout: number;
  /** Share of the words that are read as unknown in training. */
  readonly wordDropout: number;
  /** What logits are divided by before the softmax, fitted by `calibrate` (Guo et al. 2017). */
  readonly temperature: number;
}

const COUNTS = ["vocabulary", "embed", "hidden", "layers", "members", "maxTokens"] as const;
const RATES = ["dropout", "inputDropout", "embedDropout", "wordDropout"] as const;

/** Throws a RangeError where a classifier cannot be made so; `action` begins the message. */
export function checkConfig(action: string, config: SentimentConfig): void {
  const expect = (holds: boolean, expected: string, found: unknown): void => {
    if (!holds) throw new RangeError(`${action}: expected ${expected}, found ${JSON.stringify(found) ?? found}`);
  };
  expect(CELLS.includes(config.cell), `a cell ${CELLS.join(", ")}`, config.cell);
  expect(POOLINGS.includes(config.pooling), `a pooling ${POOLINGS.join(", ")}`, config.pooling);
  for (const key of COUNTS) {
    const value = config[key];
    expect(Number.isSafeInteger(value) && value >= 1, `${key} to be a whole number of at least 1`, value);
  }
  for (const key of RATES) {
    const value = config[key];
    expect(typeof value === "number" && value >= 0 && value < 1, `${key} to be from 0 to below 1`, value);
  }
  const { bidirectional, labels, temperature } = config;
  expect(typeof bidirectional === "boolean", "bidirectional to be true or false", bidirectional);
  expect(temperature > 0 && temperature < Infinity, "a finite temperature above 0", temperature);
  const isList = Array.isArray(labels) && labels.every((label) => typeof label === "string" && label !== "");
  expect(isList && labels.length >= 2 && new Set(labels).size === labels.length, "at least 2 different labels", labels);
}

/** Reads the contents of `config.json`. Throws a RangeError that names `source` where it is not a classifier's. */
export function configFromJSON(json: Record<string, unknown>, source: string): SentimentConfig {
  const { format: _format, version: _version, task: _task, ...config } = json;
  checkConfig(`read ${source}`, config as unknown as SentimentConfig);
  return config as unknown as SentimentConfig;
}
