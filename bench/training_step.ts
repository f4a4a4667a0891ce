/**
 * The full training step (forward, backward, clipping, SGD) that the benchmarks measure, and its floating-point
 * operations.
 */
import { Embedding, Engine, GRU, Linear, LSTM, MinGRU, QRNN, RNN, SRU, type Tensor, training } from "../src/nn/mod.ts";
import { SGD } from "../src/optim/mod.ts";

/** A row of `configurations.json`. */
export interface Configuration {
  readonly cell: "LSTM" | "GRU" | "RNN";
  readonly vocabulary: number;
  readonly embed: number;
  readonly hidden: number;
  readonly layers: number;
  readonly batch: number;
  readonly bptt: number;
  /** The ratios to PyTorch's speed that the project aims at. */
  readonly targets?: Targets;
}

/** Ratios to PyTorch's speed: of float32 to its best float32 setting, of bfloat16 to its best setting of all. */
export interface Targets {
  readonly webAssembly: number;
  readonly native: number;
  readonly bf16: number;
}

/** Settings of an engine. */
export interface EngineSettings {
  readonly threads: number;
  readonly blas: "auto" | "off";
  /** Type of the numbers in matrix products; `bf16` needs a native library. Default: `float32`. */
  readonly precision?: "float32" | "bf16";
}

/** The cells that `makeStep` trains. */
export const CELLS = { LSTM, GRU, RNN, QRNN, SRU, MinGRU };

/** Number of gates of each cell. */
export const GATES = { LSTM: 4, GRU: 3, RNN: 1 } as const;

/** Names a configuration in tables. */
export function nameOf({ cell, vocabulary, embed, hidden, layers, batch, bptt }: Configuration): string {
  return `${cell} ${[vocabulary, embed, hidden, layers, batch, bptt].join(", ")}`;
}

/** Starts an engine and waits for its workers. Throws `RangeError` if a native library is expected and missing. */
export async function startEngine(settings: EngineSettings): Promise<Engine> {
  const engine = new Engine(settings);
  await engine.ready();
  if (settings.blas === "auto" && !engine.blas) throw new RangeError("expected a native library, found none");
  return engine;
}

/**
 * Returns the floating-point operations of a step's matrix products: once forward, twice backward. If the vocabulary is
 * small, the first layer's input is multiplied once per symbol instead of once per token.
 */
export function stepFlops({ cell, vocabulary, embed, hidden, layers, batch, bptt }: Configuration): number {
  const tokens = batch * bptt;
  const gates = GATES[cell] * hidden;
  const inputs = gates * embed * (2 * vocabulary <= tokens ? vocabulary : tokens);
  const perToken = gates * hidden * (2 * layers - 1) + hidden * vocabulary;
  return 3 * 2 * (inputs + perToken * tokens);
}

/** A configuration of any cell. */
export type StepConfiguration = Omit<Configuration, "cell"> & { readonly cell: keyof typeof CELLS };

/** Creates a model of a configuration and returns a function that trains it for one step on random ids. */
export function makeStep(configuration: StepConfiguration, engine: Engine): () => void {
  const { cell, vocabulary, embed, hidden, layers, batch, bptt } = configuration;
  const embedding = new Embedding({ size: vocabulary, width: embed, engine });
  const rnn = new CELLS[cell]({ input: embed, hidden, layers, engine });
  const head = new Linear({ input: hidden, output: vocabulary, engine });
  const parameters = [embedding, rnn, head].flatMap((module) => module.parameters());
  const optimizer = new SGD(parameters, { learningRate: 0.1 });
  const ids = (): Int32Array => Int32Array.from({ length: batch * bptt }, () => Math.floor(Math.random() * vocabulary));
  const [x, y] = [ids(), ids()];
  const loss = (): Tensor => head.loss(rnn.forward(embedding.forward(x, [bptt, batch])).output, y);
  return () => {
    optimizer.zeroGradients();
    training(() => loss().backward(), { engine });
    optimizer.step({ clipNorm: 0.25 });
  };
}

/** Returns a function that multiplies [M, K] x [K, N] zeros on the engine. */
export function makeProduct(engine: Engine, [M, N, K]: readonly [number, number, number]): () => void {
  const [a, b, c] = [M * K, K * N, M * N].map((size) => engine.allocate(size * 4));
  return () => engine.run("matmul", 0, 0, M, N, K, a.address, K, b.address, N, c.address, N, 0);
}
