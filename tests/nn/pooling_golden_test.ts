import {
  adaptiveMaxPool,
  AttentionPooling,
  crossEntropy,
  maxSteps,
  meanSteps,
  permute,
  type Tensor,
  tensor,
  training,
} from "../../src/nn/mod.ts";
import { assertAllClose } from "../support/close.ts";
import { type GoldenTensors, loadGolden, type PoolingGolden } from "../support/goldens.ts";
import { engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";
import { weighOutputs } from "../support/layer_contract.ts";
import { attentionPooling, smoothedCrossEntropy } from "../support/oracles/mod.ts";

const TOLERANCE = 1e-5;

function assertGolden(actual: Record<string, ArrayLike<number>>, golden: GoldenTensors): void {
  for (const name in golden) assertAllClose(actual[name], golden[name].data, { tolerance: TOLERANCE, name });
}

function dataOf(tensors: GoldenTensors): Record<string, Float32Array> {
  return Object.fromEntries(Object.entries(tensors).map(([name, { data }]) => [name, data]));
}

function pool({ options, lengths, parameters }: PoolingGolden, x: Tensor): {
  outputs: Record<string, Tensor>;
  gradients: () => Record<string, Float32Array>;
} {
  const own = Int32Array.from(lengths);
  if (options.width === undefined) {
    const { layer, regions } = options;
    const pooled = regions !== undefined
      ? permute(adaptiveMaxPool(x, own, regions), [1, 0, 2])
      : layer === "mean_steps"
      ? meanSteps(x, own)
      : maxSteps(x, own);
    return { outputs: { pooled }, gradients: () => ({}) };
  }
  const layer = new AttentionPooling({ input: x.shape[2], width: options.width, engine: x.engine });
  const named = layer.namedParameters();
  for (const [name, parameter] of named) parameter.assign(parameters[name].data);
  const gradients = () => Object.fromEntries([...named].map(([name, parameter]) => [name, parameter.gradients()]));
  return { outputs: { ...layer.forward(x, own) }, gradients };
}

for (const [name, golden] of Object.entries(await loadGolden("pooling"))) {
  Deno.test(`pooling matches PyTorch for ${name}: outputs and all gradients within 1e-5`, () => {
    const { lengths, inputs: { x: input }, outputs, cotangents, gradients } = golden;
    const [T, B, K] = input.shape;
    // For the mean, padding must be zero, as in the output of recurrent layers.
    const isMean = golden.options.layer === "mean_steps";
    const values = input.data.map((v, i) =>
      isMean && Math.floor(i / (B * K)) >= lengths[Math.floor(i / K) % B] ? 0 : v
    );
    for (const build of BUILDS) {
      const engine = engineOf(build);
      training(() => {
        const x = tensor(values, [T, B, K], { engine, requiresGradient: true });
        const found = pool(golden, x);
        weighOutputs(engine, found.outputs, dataOf(cotangents)).backward();
        assertGolden(Object.fromEntries(Object.entries(found.outputs).map(([k, v]) => [k, v.toArray()])), outputs);
        // The mean passes a gradient to the padding, which a recurrent layer would drop.
        const dx = x.gradients().map((d, i) => Math.floor(i / (B * K)) < lengths[Math.floor(i / K) % B] ? d : 0);
        assertGolden({ x: dx, ...found.gradients() }, gradients);
      }, { engine });
    }
  });
}

for (
  const [name, { inputs, outputs, cotangents, gradients, options }] of Object.entries(
    await loadGolden("smoothed_cross_entropy"),
  )
) {
  const [N, V] = inputs.logits.shape;
  const { label_smoothing: smoothing, weight } = options;

  Deno.test(`cross-entropy matches PyTorch for ${name}: loss and gradients within 1e-5`, () => {
    for (const build of BUILDS) {
      const engine = engineOf(build);
      training(() => {
        const logits = tensor(inputs.logits.data, [N, V], { engine, requiresGradient: true });
        const loss = crossEntropy(logits, inputs.targets.data, { smoothing, weights: weight?.data });
        weighOutputs(engine, { loss }, dataOf(cotangents)).backward();
        assertGolden({ loss: loss.toArray() }, outputs);
        assertGolden({ logits: logits.gradients() }, gradients);
      }, { engine });
    }
  });

  Deno.test(`the cross-entropy oracle matches PyTorch for ${name} within 1e-5`, () => {
    const weights = weight?.data ?? new Float32Array(V).fill(1);
    const run = smoothedCrossEntropy({
      logits: inputs.logits.data,
      targets: inputs.targets.data,
      weights,
      smoothing,
      N,
      V,
    });
    assertGolden({ loss: [run.loss] }, outputs);
    const scale = cotangents.loss.data[0] / run.total;
    assertGolden({ logits: run.dLogits.map((d) => d * scale) }, gradients);
  });
}

for (const name of ["attention", "attention_narrow"]) {
  Deno.test(`the ${name} pooling oracle matches PyTorch within 1e-5`, async () => {
    const { inputs, parameters, lengths, outputs, cotangents, gradients } = (await loadGolden("pooling"))[name];
    const { "projection.weight": weight, "projection.bias": bias, query } = dataOf(parameters);
    const [T, B, K] = inputs.x.shape;
    const run = attentionPooling({ x: inputs.x.data, lengths, weight, bias, query, T, B, K, A: query.length });
    assertGolden({ pooled: run.pooled, weights: run.weights }, outputs);
    const { x, ...own } = run.backward(cotangents.pooled.data, cotangents.weights.data);
    const named = { "projection.weight": own.weight, "projection.bias": own.bias, query: own.query };
    assertGolden({ x, ...named }, gradients);
  });
}
