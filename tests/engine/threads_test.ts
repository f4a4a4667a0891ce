import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  crossEntropy,
  dropout,
  Embedding,
  Engine,
  GRU,
  Linear,
  LSTM,
  Random,
  type Recurrent,
  RNN,
  training,
} from "../../src/nn/mod.ts";
import { Adam } from "../../src/optim/mod.ts";

const [V, E, H, B, T] = [700, 20, 40, 9, 12];
const STEPS = 50;

/** Waits until all workers of an engine work. */
async function started(threads: number): Promise<Engine> {
  const engine = new Engine({ threads });
  for (let i = 0; !engine.isReady && i < 500; i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assertEquals([engine.threads, engine.isReady], [threads, true]);
  return engine;
}

/** The losses and the last weights of 50 steps with dropout. */
function train(
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

for (const Cell of [RNN, LSTM, GRU]) {
  Deno.test(`${STEPS} training steps of a ${Cell.name} with dropout give the same bits with 1, 2, 3 and 8 threads`, async () => {
    const expected = train(new Engine(), Cell);
    for (const threads of [2, 3, 8]) {
      using engine = await started(threads);
      assertEquals(train(engine, Cell), expected, `${threads} threads`);
    }
  });
}

Deno.test("an engine whose workers have ended goes on with one thread", async () => {
  const engine = await started(2);
  engine[Symbol.dispose]();
  assertEquals(engine.threads, 1);
  assert(train(engine, LSTM)[0].every(Number.isFinite));
});

Deno.test("an impossible number of threads is refused", () => {
  for (const threads of [0, -1, 1.5, 65, NaN]) {
    assertThrows(() => new Engine({ threads }), RangeError, `expected 1 to 64 threads, found ${threads}`);
  }
});
