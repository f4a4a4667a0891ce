/** The recurrent cells. */
export const CELLS = ["rnn", "lstm", "gru"] as const;

/** A recurrent cell: Elman's simple network, long short-term memory, or the gated recurrent unit. */
export type Cell = typeof CELLS[number];

/** What a language model is made of: the contents of `config.json`. */
export interface LanguageModelConfig {
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
  /** Dropout rate on the embeddings, between layers and before the output. */
  readonly dropout: number;
  /** Whether the output weights are the embeddings. */
  readonly tie: boolean;
}

/** The task, as `config.json` names it. */
export const TASK = "language-modeling";

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && value as number >= 1;
}

/** Throws a RangeError where a model cannot be made so; `action` begins the message. */
export function checkConfig(action: string, config: LanguageModelConfig): void {
  const refuse = (expected: string, found: unknown): never => {
    throw new RangeError(`${action}: expected ${expected}, found ${JSON.stringify(found) ?? found}`);
  };
  if (!CELLS.includes(config.cell)) refuse(`a cell ${CELLS.join(", ")}`, config.cell);
  for (const key of ["vocabulary", "embed", "hidden", "layers"] as const) {
    if (!isCount(config[key])) refuse(`${key} to be a whole number of at least 1`, config[key]);
  }
  if (!(typeof config.dropout === "number" && config.dropout >= 0 && config.dropout < 1)) {
    refuse("a dropout from 0 to below 1", config.dropout);
  }
  if (typeof config.tie !== "boolean") refuse("tie to be true or false", config.tie);
  if (config.tie && config.embed !== config.hidden) {
    refuse("embed and hidden to be equal where the embeddings are tied", `${config.embed} and ${config.hidden}`);
  }
}

/** Reads the contents of `config.json`. Throws a RangeError that names `source` where it is not a model's. */
export function configFromJSON(json: Record<string, unknown>, source: string): LanguageModelConfig {
  const { cell, vocabulary, embed, hidden, layers, dropout, tie } = json as unknown as LanguageModelConfig;
  const config = { cell, vocabulary, embed, hidden, layers, dropout, tie };
  checkConfig(`read ${source}`, config);
  return config;
}
