import { type AttentionKind, ATTENTIONS } from "../../src/nn/mod.ts";
import { type Cell, CELLS } from "../language_modeling/mod.ts";

/** The task, as `config.json` names it. */
export const TASK = "translation";

/** How the decoder looks at the source; none: it has the bridge alone. */
export const SIGHTS = [...ATTENTIONS, "none"] as const;
/** What becomes of the encoder's last states on their way to the decoder. */
export const BRIDGES = ["dense", "copy", "zero"] as const;

/** `dense`: tanh of a linear layer for each decoder layer; `copy`: as they are, where the sizes agree; `zero`: nothing passes. */
export type Bridge = typeof BRIDGES[number];

/** What a translator is made of: the contents of `config.json`. */
export interface TranslationConfig {
  /** The recurrent cell of encoder and decoder. */
  readonly cell: Cell;
  /** Symbols of the source, the one that ends a sentence included. */
  readonly sourceVocabulary: number;
  /** Symbols of the target, the one that begins and ends a sentence included. */
  readonly targetVocabulary: number;
  /** Whether source and target have the same tokenizer. */
  readonly joint: boolean;
  /** Embedding size E, also that of what is read out of the decoder. */
  readonly embed: number;
  /** Hidden size H of the decoder. */
  readonly hidden: number;
  /** Hidden size of each of the encoder's two directions. */
  readonly encoderHidden: number;
  /** Stacked layers of each. */
  readonly layers: number;
  /** What becomes of the encoder's last states. */
  readonly bridge: Bridge;
  /** How the decoder looks at the source. */
  readonly attention: AttentionKind | "none";
  /** Heads of multi-head attention. */
  readonly heads: number;
  /** Whether a step's readout is fed into the next step (Luong et al. 2015). */
  readonly inputFeeding: boolean;
  /** Whether the output weights are the target embeddings (Press and Wolf 2017). */
  readonly tied: boolean;
  /** Whether source and target have the same embeddings. */
  readonly shared: boolean;
  /** Dropout rate between layers, one mask for all time steps, and on what is read out. */
  readonly dropout: number;
  /** Dropout rate on the embeddings, one mask for all time steps. */
  readonly inputDropout: number;
  /** Most tokens of a sentence; longer source sentences are cut off. */
  readonly maxTokens: number;
  /** The characters of the source sentences that it has learned from; absent before. */
  readonly alphabet?: string;
}

const COUNTS = [
  ...["sourceVocabulary", "targetVocabulary", "embed", "hidden", "encoderHidden", "layers", "heads", "maxTokens"],
] as (keyof TranslationConfig)[];
const RATES = ["dropout", "inputDropout"] as const;
const SWITCHES = ["joint", "inputFeeding", "tied", "shared"] as const;

/** Throws a RangeError where a translator cannot be made so; `action` begins the message. */
export function checkConfig(action: string, config: TranslationConfig): void {
  const expect = (holds: boolean, expected: string, found: unknown): void => {
    if (!holds) {
      throw new RangeError(
        `${action}: expected ${expected}, found ${typeof found === "string" ? JSON.stringify(found) : found}`,
      );
    }
  };
  expect(CELLS.includes(config.cell), `a cell ${CELLS.join(", ")}`, config.cell);
  expect(SIGHTS.includes(config.attention), `an attention ${SIGHTS.join(", ")}`, config.attention);
  expect(BRIDGES.includes(config.bridge), `a bridge ${BRIDGES.join(", ")}`, config.bridge);
  for (const key of COUNTS) {
    const value = config[key] as number;
    expect(Number.isSafeInteger(value) && value >= 1, `${key} to be a whole number of at least 1`, value);
  }
  for (const key of RATES) {
    const value = config[key];
    expect(typeof value === "number" && value >= 0 && value < 1, `${key} to be from 0 to below 1`, value);
  }
  for (const key of SWITCHES) expect(typeof config[key] === "boolean", `${key} to be true or false`, config[key]);
  const { alphabet } = config;
  expect(alphabet === undefined || typeof alphabet === "string", "alphabet to be characters", alphabet);
  checkSizes(config, expect);
}

function checkSizes(
  { attention, bridge, hidden, encoderHidden, heads, shared, joint }: TranslationConfig,
  expect: (holds: boolean, expected: string, found: unknown) => void,
): void {
  const width = 2 * encoderHidden;
  const equal = `a hidden size that is the encoder's two directions together, ${width}`;
  expect(attention !== "dot" || width === hidden, `for dot attention ${equal}`, hidden);
  expect(bridge !== "copy" || width === hidden, `to copy states ${equal}`, hidden);
  expect(attention !== "multihead" || hidden % heads === 0, `a hidden size that ${heads} heads divide`, hidden);
  expect(attention !== "none" || bridge !== "zero", "attention or a bridge", "neither");
  expect(!shared || joint, "one tokenizer for both sides where embeddings are shared", "two");
}

/** Reads the contents of `config.json`. Throws a RangeError that names `source` where it is not a translator's. */
export function configFromJSON(json: Record<string, unknown>, source: string): TranslationConfig {
  const { format: _format, version: _version, task: _task, ...config } = json;
  checkConfig(`read ${source}`, config as unknown as TranslationConfig);
  return config as unknown as TranslationConfig;
}
