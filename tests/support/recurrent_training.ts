import {
  crossEntropy,
  Embedding,
  type Engine,
  GRU,
  inference,
  Linear,
  LSTM,
  Random,
  RNN,
  training,
} from "../../src/nn/mod.ts";
import { SGD } from "../../src/optim/mod.ts";

const [V, E, H, P, B, T] = [11, 6, 9, 5, 7, 8];

/**
 * Trains layers of all cells on sequences of several lengths; returns the losses of ten steps and the logits after them.
 */
export function train(engine: Engine): number[] {
  const options = { engine, random: new Random(3, { engine }) };
  const layers = [
    new LSTM({ input: E, hidden: H, layers: 2, bidirectional: true, projection: P, ...options }),
    new GRU({ input: 2 * P, hidden: H, ...options }),
    new RNN({ input: H, hidden: H, ...options }),
  ];
  const embedding = new Embedding({ size: V, width: E, ...options });
  const head = new Linear({ input: H, output: V, ...options });
  const optimizer = new SGD([embedding, ...layers, head].flatMap((module) => module.parameters()), {
    learningRate: 0.5,
  });
  const lengths = Array.from({ length: B }, (_, b) => T - b % 4);
  const ids = Int32Array.from({ length: T * B }, (_, i) => i * 31 % V);
  const forward = () => {
    let x = embedding.forward(ids, [T, B]);
    for (const layer of layers) x = layer.forward(x, { lengths }).output;
    return head.forward(x);
  };
  const losses = Array.from({ length: 10 }, () => {
    optimizer.zeroGradients();
    const loss = training(() => {
      const loss = crossEntropy(forward(), ids.map((id) => (id * 7 + 1) % V));
      loss.backward();
      return loss.item();
    }, { engine });
    optimizer.step({ clipNorm: 1 });
    return loss;
  });
  return [...losses, ...inference(() => forward().toArray(), { engine })];
}
