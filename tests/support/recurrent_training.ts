import {
  ChoGRU,
  crossEntropy,
  Embedding,
  type Engine,
  GRU,
  inference,
  Linear,
  LSTM,
  MinGRU,
  MogrifierLSTM,
  QRNN,
  Random,
  type Recurrent,
  RNN,
  SRU,
  training,
} from "../../src/nn/mod.ts";
import { SGD } from "../../src/optim/mod.ts";

const [V, E, H, P, B, T] = [11, 6, 9, 5, 7, 8];

/** Options of the layers to train. */
type LayerOptions = { readonly engine: Engine; readonly random: Random };

/** Layers of all cells. */
const allCells = (options: LayerOptions): readonly Recurrent[] => [
  new LSTM({ input: E, hidden: H, layers: 2, bidirectional: true, projection: P, ...options }),
  new GRU({ input: 2 * P, hidden: H, ...options }),
  new ChoGRU({ input: H, hidden: H, ...options }),
  new MogrifierLSTM({ input: H, hidden: H, ...options }),
  new RNN({ input: H, hidden: H, ...options }),
];

/** Layers of the cells without recurrent products. */
export const linearCells = (options: LayerOptions): readonly Recurrent[] => [
  new QRNN({ input: E, hidden: H, bidirectional: true, ...options }),
  new SRU({ input: 2 * H, hidden: H, layers: 2, ...options }),
  new MinGRU({ input: H, hidden: H, ...options }),
];

/** An LSTM whose recurrent weights exceed a core's own cache in both precisions. */
export const wideLstm = (options: LayerOptions): readonly Recurrent[] => [
  new LSTM({ input: E, hidden: 452, bidirectional: true, ...options }),
  new LSTM({ input: 2 * 452, hidden: H, ...options }),
];

/**
 * Trains layers on sequences of several lengths; returns the losses of the steps, 10 by default, and the logits after
 * them.
 */
export function train(
  engine: Engine,
  makeLayers: (options: LayerOptions) => readonly Recurrent[] = allCells,
  steps = 10,
): number[] {
  const options = { engine, random: new Random(3, { engine }) };
  const layers = makeLayers(options);
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
  const losses = Array.from({ length: steps }, () => {
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
