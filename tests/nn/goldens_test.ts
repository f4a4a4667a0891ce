import { assertEquals } from "@std/assert";
import {
  AdaptiveSoftmax,
  add,
  ChoGRU,
  crossEntropy,
  ctcLoss,
  Embedding,
  type Engine,
  GRU,
  inference,
  LayerNorm,
  Linear,
  logSoftmax,
  LSTM,
  makeRecurrent as makeCell,
  type Module,
  MogrifierLSTM,
  mul,
  type Recurrent,
  RNN,
  sum,
  type Tensor,
  tensor,
  training,
} from "../../src/nn/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { type GoldenTensors, type LayerGolden, loadGolden, type RecurrentGolden } from "../support/goldens.ts";
import { engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";

const TOLERANCE = 1e-5;

type Run = (inputs: Record<string, Tensor>) => Record<string, Tensor>;

/** Runs a layer on a golden's inputs and compares all outputs and gradients, checking that none is missing or extra. */
function compare(
  engine: Engine,
  golden: LayerGolden,
  inputs: GoldenTensors,
  module: Module | null,
  run: Run,
  counter: { seed?: number; step?: number } = {},
): void {
  const parameters = Object.fromEntries(module?.namedParameters() ?? []);
  assertEquals(Object.keys(parameters), Object.keys(golden.parameters));
  for (const [name, { data }] of Object.entries(golden.parameters)) parameters[name].assign(data);
  training(() => {
    const made = Object.fromEntries(
      Object.entries(inputs).map(([name, { data, shape }]) => {
        return [name, tensor(data, shape, { engine, requiresGradient: true })];
      }),
    );
    const outputs = run(made);
    assertTensors("output", outputs, golden.outputs, (output) => output.toArray());
    const losses = Object.entries(golden.cotangents).map(([name, { data, shape }]) =>
      sum(mul(outputs[name], tensor(data, shape, { engine })))
    );
    losses.reduce((a, b) => add(a, b)).backward();
    assertTensors("gradient of", { ...made, ...parameters }, golden.gradients, (of) => of.gradients());
  }, { engine, ...counter });
}

function assertTensors(
  what: string,
  actual: Record<string, Tensor>,
  golden: GoldenTensors,
  read: (tensor: Tensor) => Float32Array,
): void {
  assertEquals(Object.keys(actual).sort(), Object.keys(golden).sort());
  for (const [name, { shape, data }] of Object.entries(golden)) {
    assertEquals([...actual[name].shape], shape);
    assertAllClose(read(actual[name]), data, { tolerance: TOLERANCE, name: `${what} ${name}` });
  }
}

function makeRecurrent(engine: Engine, { options }: RecurrentGolden, weightDropout?: number): Recurrent {
  const { cell, input_size: input, hidden_size: hidden, num_layers: layers, bidirectional, bias } = options;
  const common = { engine, input, hidden, layers, bidirectional, bias, weightDropout };
  if (cell === "lstm") return new LSTM({ ...common, projection: options.proj_size || undefined });
  if (cell === "chogru") return new ChoGRU(common);
  if (cell === "gru") return new GRU(common);
  if (cell === "qrnn" || cell === "sru" || cell === "mingru") return makeCell(cell, common);
  if (cell === "mogrifier") return new MogrifierLSTM({ ...common, rounds: options.rounds });
  return new RNN({ ...common, nonlinearity: cell === "rnn_relu" ? "relu" : "tanh" });
}

for (const family of ["rnn_tanh", "rnn_relu", "lstm", "gru", "chogru", "qrnn", "sru", "mingru", "mogrifier"] as const) {
  for (const [name, golden] of Object.entries(await loadGolden(family))) {
    for (const build of BUILDS) {
      Deno.test(`${family} matches PyTorch for ${name}, ${build}: outputs, states and all gradients within 1e-5`, () => {
        const engine = engineOf(build);
        const module = makeRecurrent(engine, golden);
        compare(engine, golden, { ...golden.inputs } as GoldenTensors, module, runRecurrent(module, golden));
      });
    }
  }
}

/** Runs a recurrent layer on the inputs of a golden. */
function runRecurrent(module: Recurrent, { lengths }: RecurrentGolden): Run {
  return ({ x, h0, c0, x0 }) => {
    const { output, state } = module.forward(x, { lengths: lengths ?? undefined, state: { h: h0, c: c0, x: x0 } });
    return { output, h_n: state.h, ...state.c && { c_n: state.c }, ...state.x && { x_n: state.x } };
  };
}

for (const [name, golden] of Object.entries(await loadGolden("weight_dropout"))) {
  for (const build of BUILDS) {
    Deno.test(`weight dropout matches PyTorch for ${name}, ${build}: outputs, states and all gradients within 1e-5`, () => {
      const engine = engineOf(build);
      const { rate, seed, step } = golden.options;
      const module = makeRecurrent(engine, golden, rate);
      const inputs = { ...golden.inputs } as GoldenTensors;
      compare(engine, golden, inputs, module, runRecurrent(module, golden), { seed, step });
    });
  }
}

const layers = await loadGolden("layers");

for (const [name, golden] of Object.entries(await loadGolden("output_loss"))) {
  for (const build of BUILDS) {
    Deno.test(`Linear.loss matches PyTorch for ${name}, ${build}: the loss and all gradients within 1e-5`, () => {
      const engine = engineOf(build);
      const { x, targets } = golden.inputs;
      const [output, input] = golden.parameters.weight.shape;
      const module = new Linear({ engine, input, output, bias: "bias" in golden.parameters });
      const { label_smoothing: smoothing, weight } = golden.options;
      compare(engine, golden, { x }, module, ({ x }) => {
        return { loss: module.loss(x, targets.data, { smoothing, weights: weight?.data }) };
      });
    });
  }
}

for (const [name, golden] of Object.entries(await loadGolden("sampled_softmax"))) {
  for (const build of BUILDS) {
    Deno.test(`Linear.sampledLoss matches PyTorch for ${name}, ${build}: the loss and all gradients within 1e-5`, () => {
      const engine = engineOf(build);
      const { x, targets } = golden.inputs;
      const [output, input] = golden.parameters.weight.shape;
      const module = new Linear({ engine, input, output, bias: "bias" in golden.parameters });
      const { classes, shifts } = golden.options;
      const sample = { classes: classes.data, targets: targets.data, shifts: shifts.data };
      compare(engine, golden, { x }, module, ({ x }) => ({ loss: module.sampledLoss(x, sample) }));
    });
  }
}

for (const [name, golden] of Object.entries(await loadGolden("adaptive_softmax"))) {
  for (const build of BUILDS) {
    const engine = engineOf(build);
    const { in_features: input, n_classes: output, cutoffs, div_value: divValue, head_bias: headBias } = golden.options;
    const module = new AdaptiveSoftmax({ engine, input, output, cutoffs, divValue, headBias });
    const { x, targets } = golden.inputs;

    Deno.test(`AdaptiveSoftmax matches PyTorch for ${name}, ${build}: loss, probabilities and all gradients within 1e-5`, () => {
      compare(engine, golden, { x }, module, ({ x }) => {
        return { loss: module.loss(x, targets.data), log_probabilities: module.forward(x) };
      });
    });

    Deno.test(`AdaptiveSoftmax scores targets and predicts ids as PyTorch does for ${name}, ${build}`, () => {
      for (const [name, parameter] of module.namedParameters()) parameter.assign(golden.parameters[name].data);
      inference(() => {
        const rows = tensor(x.data, x.shape, { engine });
        const { losses, largest } = module.scores(rows, targets.data, 1);
        assertAllClose(losses.map((loss) => -loss), golden.scores.data, { tolerance: TOLERANCE, name: "scores" });
        assertEquals(largest, golden.predicted.data);
        assertEquals(module.predict(rows), golden.predicted.data);
      }, { engine });
    });
  }
}

for (const [name, golden] of Object.entries(await loadGolden("log_softmax"))) {
  for (const build of BUILDS) {
    Deno.test(`logSoftmax matches PyTorch for ${name}, ${build}: outputs and gradients within 1e-5`, () => {
      const { x } = golden.inputs;
      compare(engineOf(build), golden, { x }, null, ({ x }) => ({ output: logSoftmax(x) }));
    });
  }
}

for (const [name, { lengths: frames, losses, options, ...golden }] of Object.entries(await loadGolden("ctc_loss"))) {
  for (const build of BUILDS) {
    const lengths = Int32Array.from(frames);
    const { labels, blank, zero_infinity: zeroInfinity } = options;
    Deno.test(`ctcLoss matches PyTorch for ${name}, ${build}: losses and gradients within 1e-5`, () => {
      const { x } = golden.inputs;
      const engine = engineOf(build);
      const run: Run = ({ x }) => ({ loss: ctcLoss(x, labels, { lengths, blank, zeroInfinity }) });
      if (golden.outputs) return compare(engine, golden as LayerGolden, { x }, null, run);
      const found = inference(() => run({ x: tensor(x.data, x.shape, { engine }) }).loss.toArray(), { engine });
      const expected = Float32Array.from(losses!, (loss) => loss ?? Infinity);
      assertAllClose(found, expected, { tolerance: TOLERANCE, name: "losses" });
    });
  }
}

for (const build of BUILDS) {
  const engine = engineOf(build);
  const test = (name: string, body: () => void): void =>
    Deno.test(`${name} matches PyTorch, ${build}: outputs and all gradients within 1e-5`, body);

  for (const name of ["linear", "linear_no_bias"] as const) {
    test(name, () => {
      const { in_features: input, out_features: output, bias } = layers[name].options;
      const module = new Linear({ engine, input, output, bias });
      compare(engine, layers[name], { ...layers[name].inputs }, module, ({ x }) => ({ output: module.forward(x) }));
    });
  }

  test("embedding", () => {
    const { options, inputs } = layers.embedding;
    const module = new Embedding({ engine, size: options.num_embeddings, width: options.embedding_dim });
    const run: Run = () => ({ output: module.forward(inputs.ids.data, inputs.ids.shape) });
    compare(engine, layers.embedding, {}, module, run);
  });

  for (const name of ["layer_norm", "layer_norm_shifted"] as const) {
    test(name, () => {
      const { normalized_shape: width, eps: epsilon } = layers[name].options;
      const module = new LayerNorm({ engine, width, epsilon });
      compare(engine, layers[name], { ...layers[name].inputs }, module, ({ x }) => ({ output: module.forward(x) }));
    });
  }

  for (const name of ["cross_entropy", "cross_entropy_ignored", "cross_entropy_large_logits"] as const) {
    test(name, () => {
      const { logits, targets } = layers[name].inputs;
      const run: Run = ({ logits }) => ({ loss: crossEntropy(logits, targets.data) });
      compare(engine, layers[name], { logits }, null, run);
    });
  }
}
