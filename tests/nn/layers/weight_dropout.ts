import { DROPOUT_STEP, infer, type LayerCase, makeLayer, mapNamed, type Named } from "../../support/layer_contract.ts";
import { philoxHalves } from "../../support/philox.ts";
import { recurrentCase, type RecurrentSubject, type Sizes, type Variant } from "../../support/recurrent_case.ts";

const RATE = 0.3;

const CASES: Named<readonly [Variant, Sizes]> = {
  "one layer": [{}, { T: 4, B: 3, I: 3, H: 5 }],
  "T=1 B=1 without a state": [{}, { T: 1, B: 1, I: 3, H: 5, isStateless: true }],
  "two layers, bidirectional, ragged": [{ layers: 2, bidirectional: true }, {
    T: 5,
    B: 3,
    I: 4,
    H: 3,
    lengths: [2, 5, 1],
  }],
};

/** Returns the factors on a recurrent weight of `count` elements: those of the layer with the given index. */
function maskOf(index: number, count: number): Float64Array {
  const { seed, step } = DROPOUT_STEP;
  const halves = philoxHalves(count, { seedLow: seed, seedHigh: 0, stream: index, step });
  return Float64Array.from(halves, (half) => half >= Math.round(RATE * 65536) ? 1 / (1 - RATE) : 0);
}

/** Multiplies the recurrent weights among `values` by their masks. */
function masked(values: Named<Float64Array>, { bidirectional }: Variant): Named<Float64Array> {
  return mapNamed(values, (own, name) => {
    const [, layer, reverse] = name.match(/^weight_hh_l(\d)(_reverse)?$/) ?? [];
    if (layer === undefined) return own;
    const mask = maskOf(Number(layer) * (bidirectional ? 2 : 1) + (reverse ? 1 : 0), own.length);
    return own.map((value, i) => value * mask[i]);
  });
}

function weightDropoutCase(subject: RecurrentSubject, variant: Variant, sizes: Sizes): LayerCase {
  const plain = recurrentCase(subject, variant, sizes);
  const dropping = {
    ...subject,
    make: (options: object) => subject.make({ ...options, weightDropout: RATE } as never),
  };
  return {
    ...recurrentCase(dropping, variant, sizes),
    twin: (values) => {
      const { outputs, backward } = plain.twin(masked(values, variant));
      return { outputs, backward: (cotangents) => masked(backward(cotangents), variant) };
    },
    inferred: (values, engine) =>
      infer(engine, plain, makeLayer(plain, engine, { values }), { values, cotangents: {} }),
  };
}

/** The cases of a recurrent layer whose recurrent weights are dropped. */
export function weightDropoutCases(subject: RecurrentSubject): Named<LayerCase> {
  return mapNamed(CASES, ([variant, sizes]) => weightDropoutCase(subject, variant, sizes));
}
