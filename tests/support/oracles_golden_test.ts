import { assert, assertEquals } from "@std/assert";
import { assertAllClose } from "./close.ts";
import { type GoldenTensors, type LayerGolden, loadGolden, type RecurrentGolden } from "./goldens.ts";
import {
  clipByGlobalNorm,
  clipByValue,
  crossEntropy,
  embedding,
  layerNorm,
  linear,
  stacked,
  type Values,
} from "./oracles/mod.ts";
import { createStepper } from "./oracles_stepper.ts";

const TOLERANCE = 1e-5;

/** Asserts that both have the same names and that the values agree. */
function assertTensors(actual: Record<string, Values>, golden: GoldenTensors, tolerance = TOLERANCE): void {
  assertEquals(Object.keys(actual).sort(), Object.keys(golden).sort());
  for (const name in golden) assertAllClose(actual[name], golden[name].data, { tolerance, name });
}

const dataOf = (tensors: GoldenTensors) =>
  Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.data]));

for (const family of ["rnn_tanh", "rnn_relu", "lstm", "gru", "chogru", "qrnn", "sru", "mingru", "mogrifier"] as const) {
  const cases = await loadGolden(family);
  for (const [name, golden] of Object.entries(cases)) {
    Deno.test(`oracle ${family} matches PyTorch for ${name}: outputs, states and all gradients within 1e-5`, () => {
      checkRecurrent(golden);
    });
  }
}

function checkRecurrent({ options, lengths, inputs, parameters, outputs, cotangents, gradients }: RecurrentGolden) {
  const [T, B, I] = inputs.x.shape;
  const run = stacked({
    ...{ cell: options.cell, T, B, I, H: options.hidden_size, P: options.proj_size, lengths },
    layers: options.num_layers,
    bidirectional: options.bidirectional,
    x: inputs.x.data,
    h0: inputs.h0.data,
    c0: inputs.c0?.data,
    x0: inputs.x0?.data,
    parameters: dataOf(parameters),
  });
  const { output, h_n, c_n, x_n } = cotangents;
  assertTensors({ output: run.output, h_n: run.hN, ...c_n && { c_n: run.cN }, ...x_n && { x_n: run.xN } }, outputs);
  const { dx, dh0, dc0, dx0, dParameters } = run.backward(output.data, h_n.data, c_n?.data, x_n?.data);
  assertTensors({ x: dx, h0: dh0, ...c_n && { c0: dc0 }, ...x_n && { x0: dx0 }, ...dParameters }, gradients);
}

const layers = await loadGolden("layers");

for (const name of ["linear", "linear_no_bias"] as const) {
  Deno.test(`oracle ${name} matches PyTorch within 1e-5`, () => {
    const { options, inputs, parameters, ...golden } = layers[name];
    const { in_features: I, out_features: O } = options;
    const { weight, bias } = dataOf(parameters);
    const run = linear({ x: inputs.x.data, N: inputs.x.data.length / I, I, O, weight, bias });
    assertTensors({ output: run.output }, golden.outputs);
    const { dx, dWeight, dBias } = run.backward(golden.cotangents.output.data);
    assertTensors({ x: dx, weight: dWeight, ...(options.bias && { bias: dBias }) }, golden.gradients);
  });
}

Deno.test("oracle embedding matches PyTorch within 1e-5", () => {
  const { options, inputs, parameters, outputs, cotangents, gradients } = layers.embedding;
  const sizes = { V: options.num_embeddings, E: options.embedding_dim };
  const run = embedding({ ids: inputs.ids.data, weight: parameters.weight.data, ...sizes });
  assertTensors({ output: run.output }, outputs);
  assertTensors({ weight: run.backward(cotangents.output.data).dWeight }, gradients);
});

for (const name of ["layer_norm", "layer_norm_shifted"] as const) {
  Deno.test(`oracle ${name} matches PyTorch within 1e-5`, () => {
    const { options, inputs, parameters, outputs, cotangents, gradients } = layers[name];
    const H = options.normalized_shape, { weight, bias } = dataOf(parameters);
    const run = layerNorm({ x: inputs.x.data, N: inputs.x.data.length / H, H, weight, bias, eps: options.eps });
    assertTensors({ output: run.output }, outputs);
    const { dx, dWeight, dBias } = run.backward(cotangents.output.data);
    assertTensors({ x: dx, weight: dWeight, bias: dBias }, gradients);
  });
}

for (const name of ["cross_entropy", "cross_entropy_ignored", "cross_entropy_large_logits"] as const) {
  Deno.test(`oracle ${name} matches PyTorch within 1e-5`, () => {
    const { inputs, outputs, cotangents, gradients } = layers[name] satisfies LayerGolden;
    const [N, V] = inputs.logits.shape;
    const run = crossEntropy({ logits: inputs.logits.data, targets: inputs.targets.data, N, V });
    assertTensors({ loss: [run.loss] }, outputs);
    assertTensors({ logits: run.backward(cotangents.loss.data[0]).dLogits }, gradients);
  });
}

for (const [name, golden] of Object.entries(await loadGolden("optimizers"))) {
  Deno.test(`oracle optimizer ${name} matches PyTorch for ten steps within 1e-5`, () => {
    assertEquals(golden.steps.length, 10);
    const values = copies(golden.initial), step = createStepper(golden.optimizer, golden.options, values);
    for (const { gradients, parameters } of golden.steps) {
      step(dataOf(gradients));
      assertTensors(values, parameters);
    }
  });
}

for (const [name, golden] of Object.entries(await loadGolden("clipping"))) {
  Deno.test(`oracle clipping ${name} matches PyTorch within 1e-6`, () => {
    const gradients = copies(golden.gradients);
    if (golden.clip === "norm") {
      const norm = clipByGlobalNorm(Object.values(gradients), golden.limit);
      assertAllClose([norm], [golden.norm], { tolerance: 1e-6, name: "norm" });
    } else {
      clipByValue(Object.values(gradients), golden.limit);
    }
    assertTensors(gradients, golden.clipped, 1e-6);
  });
}

for (const cell of ["lstm", "gru", "rnn"] as const) {
  const golden = await loadGolden(`loss_curve_${cell}`);
  for (const run of Object.values(golden.runs)) {
    Deno.test(`oracle ${cell} trained with ${run.optimizer} matches PyTorch for 50 losses`, () => {
      const { V, B, T, embed: E, hidden: H, steps } = golden.options;
      const values = copies(golden.initial), step = createStepper(run.optimizer, { lr: run.lr }, values);
      const losses: number[] = [];
      let state: { h0?: Values; c0?: Values } = {};
      for (let s = 0; s < steps; s++) {
        const ids = golden.ids.data.subarray(s * T * B, (s + 1) * T * B);
        const targets = golden.ids.data.subarray((s * T + 1) * B, ((s + 1) * T + 1) * B);
        const embedded = embedding({ ids, weight: values["embedding.weight"], V, E });
        const recurrent = stacked({
          ...{ cell: cell === "rnn" ? "rnn_tanh" as const : cell, T, B, I: E, H, layers: 1, bidirectional: false },
          x: embedded.output,
          parameters: recurrentParameters(values),
          ...state,
        });
        const decoder = { weight: values["decoder.weight"], bias: values["decoder.bias"] };
        const decoded = linear({ x: recurrent.output, N: T * B, I: H, O: V, ...decoder });
        const entropy = crossEntropy({ logits: decoded.output, targets, N: T * B, V });
        losses.push(entropy.loss);
        state = { h0: recurrent.hN, c0: cell === "lstm" ? recurrent.cN : undefined };

        const dDecoder = decoded.backward(entropy.backward().dLogits);
        const dRecurrent = recurrent.backward(dDecoder.dx);
        const gradients: Record<string, Float64Array> = {
          "embedding.weight": embedded.backward(dRecurrent.dx).dWeight,
          "decoder.weight": dDecoder.dWeight,
          "decoder.bias": dDecoder.dBias,
        };
        for (const [name, values] of Object.entries(dRecurrent.dParameters)) gradients[`rnn.${name}`] = values;
        clipByGlobalNorm(Object.values(gradients), run.clip);
        step(gradients);
      }
      assertAllClose(losses, run.losses, { tolerance: 1e-5, name: "losses" });
      assert(losses[steps - 1] < losses[0]);
      assertTensors(values, run.final, 1e-4);
    });
  }
}

function copies(tensors: GoldenTensors): Record<string, Float64Array> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, Float64Array.from(data)]));
}

function recurrentParameters(values: Record<string, Float64Array>): Record<string, Float64Array> {
  const prefix = "rnn.";
  const entries = Object.entries(values).filter(([name]) => name.startsWith(prefix));
  return Object.fromEntries(entries.map(([name, value]) => [name.slice(prefix.length), value]));
}
