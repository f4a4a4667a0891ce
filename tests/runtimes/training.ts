import {
  crossEntropy,
  dropout,
  Embedding,
  Engine,
  Linear,
  LSTM,
  Random,
  type Recurrent,
  training,
} from "../../src/nn/mod.ts";
import { Adam } from "../../src/optim/mod.ts";

const [V, E, H, B, T] = [700, 20, 40, 9, 12];
/** Number of training steps. */
export const STEPS = 25;

/** The result of a training run. */
export interface Outcome {
  /** Number of threads of the engine. */
  readonly threads: number;
  /** Hash of the bits of all losses and of the final weights. */
  readonly digest: string;
  readonly lastLoss: number;
}

/** Computes the FNV-1a hash of the bits of floats. */
function digestOf(parts: readonly Float32Array[]): string {
  let hash = 0x811c9dc5;
  for (const part of parts) {
    for (const byte of new Uint8Array(part.slice().buffer)) hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return (hash >>> 0).toString(16).padStart(8, "0");
}

/** Starts an engine and waits for its workers, if any. */
export async function startEngine(threads: number): Promise<Engine> {
  const engine = new Engine({ threads });
  await engine.ready();
  return engine;
}

/** Trains for 50 steps with dropout. Returns the losses and the final weights. */
export function trainCell(
  engine: Engine,
  Cell: new (options: ConstructorParameters<typeof LSTM>[0]) => Recurrent,
): Float32Array[] {
  const options = { engine, random: new Random(3, { engine }) };
  const embedding = new Embedding({ size: V, width: E, ...options });
  const rnn = new Cell({ input: E, hidden: H, layers: 2, bidirectional: true, dropout: 0.3, ...options });
  const head = new Linear({ input: 2 * H, output: V, ...options });
  const parameters = [embedding, rnn, head].flatMap((module) => module.parameters());
  const optimizer = new Adam(parameters, { learningRate: 0.01 });
  const lengths = Array.from({ length: B }, (_, b) => T - b % 4);
  const losses = Float32Array.from({ length: STEPS }, (_, step) => {
    const ids = Int32Array.from({ length: T * B }, (_, i) => (i * 31 + step * 17) % V);
    optimizer.zeroGradients();
    const loss = training(() => {
      const { output } = rnn.forward(dropout(embedding.forward(ids, [T, B]), 0.2), { lengths });
      const loss = crossEntropy(head.forward(output), ids.map((id) => (id * 7 + 1) % V));
      loss.backward();
      return loss.item();
    }, { engine, seed: 5, step });
    optimizer.step({ clipNorm: 1 });
    return loss;
  });
  return [losses, ...parameters.map((parameter) => parameter.toArray())];
}

/** Trains an LSTM. */
export function train(engine: Engine): Outcome {
  const parts = trainCell(engine, LSTM);
  return { threads: engine.threads, digest: digestOf(parts), lastLoss: parts[0][STEPS - 1] };
}
