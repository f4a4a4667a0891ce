/** Version of the model directory's format. */
export const FORMAT_VERSION = 1;

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

const HEADER = { format: "elman", version: FORMAT_VERSION, task: "language-modeling" } as const;

/** The contents of `config.json`. */
export function configToJSON(config: LanguageModelConfig): Record<string, unknown> {
  return { ...HEADER, ...config };
}

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

/** Reads `config.json`. Throws a SyntaxError or a RangeError that names `source` where it is not a model's. */
export function configFromJSON(text: string, source: string): LanguageModelConfig {
  let json: Record<string, unknown>;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`read ${source}: expected JSON, found ${(error as Error).message}`);
  }
  if (typeof json !== "object" || json === null || json.format !== HEADER.format) {
    throw new SyntaxError(`read ${source}: expected "format": "elman", found ${JSON.stringify(json?.format)}`);
  }
  if (typeof json.version !== "number" || json.version > FORMAT_VERSION) {
    throw new RangeError(
      `read ${source}: expected a format version up to ${FORMAT_VERSION}, found ${json.version}; a newer Elman wrote it`,
    );
  }
  if (json.task !== HEADER.task) {
    throw new RangeError(`read ${source}: expected the task ${HEADER.task}, found ${JSON.stringify(json.task)}`);
  }
  const { cell, vocabulary, embed, hidden, layers, dropout, tie } = json as unknown as LanguageModelConfig;
  const config = { cell, vocabulary, embed, hidden, layers, dropout, tie };
  checkConfig(`read ${source}`, config);
  return config;
}
