import {
  add,
  affine,
  concat,
  Linear,
  Module,
  type ModuleOptions,
  mul,
  sigmoid,
  slice,
  type Tensor,
} from "../../../src/nn/mod.ts";
import type { LayerCase, Named, TwinRun } from "../../support/layer_contract.ts";
import { linear, sigmoid as sigmoidTwin } from "../../support/oracles/mod.ts";

/** The cell of `docs/custom_modules.md`: h_t = (1 - z_t) h_{t-1} + z_t c_t (Feng et al. 2024). */
class MinGRU extends Module {
  readonly gate: Linear;
  readonly candidate: Linear;

  constructor(input: number, hidden: number, options: ModuleOptions) {
    super();
    this.gate = new Linear({ input, output: hidden, ...options });
    this.candidate = new Linear({ input, output: hidden, ...options });
  }

  /** Maps x `[T, B, I]` and h `[1, B, H]` to hidden states `[T, B, H]`. */
  forward(x: Tensor, h: Tensor): Tensor {
    const z = sigmoid(this.gate.forward(x));
    const kept = affine(z, -1, 1);
    const added = mul(z, this.candidate.forward(x));
    const states: Tensor[] = [];
    for (let t = 0; t < x.shape[0]; t++) {
      h = add(mul(slice(kept, 0, t, t + 1), h), slice(added, 0, t, t + 1));
      states.push(h);
    }
    return concat(states, 0);
  }
}

interface Sizes {
  readonly T: number;
  readonly B: number;
  readonly I: number;
  readonly H: number;
}

function minGRUTwin({ T, B, I, H }: Sizes, values: Named<Float64Array>): TwinRun {
  const { x, h0 } = values;
  const product = (name: string) =>
    linear({ x, N: T * B, I, O: H, weight: values[`${name}.weight`], bias: values[`${name}.bias`] });
  const [gate, candidate] = [product("gate"), product("candidate")];
  const activation = sigmoidTwin(gate.output);
  const [z, c] = [activation.output, candidate.output];
  const states = new Float64Array((T + 1) * B * H);
  states.set(h0);
  for (let i = 0; i < T * B * H; i++) states[i + B * H] = (1 - z[i]) * states[i] + z[i] * c[i];
  return {
    outputs: { output: states.slice(B * H) },
    backward: ({ output }) => {
      const [dStates, dz, dc] = [new Float64Array((T + 1) * B * H), z.slice(), c.slice()];
      dStates.set(output, B * H);
      for (let i = T * B * H - 1; i >= 0; i--) {
        const d = dStates[i + B * H];
        dStates[i] += d * (1 - z[i]);
        dz[i] = d * (c[i] - states[i]);
        dc[i] = d * z[i];
      }
      const [dGate, dCandidate] = [gate.backward(activation.backward(dz).dx), candidate.backward(dc)];
      return {
        x: dGate.dx.map((value, i) => value + dCandidate.dx[i]),
        h0: dStates.slice(0, B * H),
        "gate.weight": dGate.dWeight,
        "gate.bias": dGate.dBias,
        "candidate.weight": dCandidate.dWeight,
        "candidate.bias": dCandidate.dBias,
      };
    },
  };
}

function minGRUCase(sizes: Sizes): LayerCase {
  const { T, B, I, H } = sizes;
  return {
    inputs: { x: [T, B, I], h0: [1, B, H] },
    parameters: { "gate.weight": [H, I], "gate.bias": [H], "candidate.weight": [H, I], "candidate.bias": [H] },
    outputs: { output: [T, B, H] },
    make: (options) => {
      const module = new MinGRU(I, H, options);
      return { module, run: ({ x, h0 }) => ({ output: module.forward(x, h0) }) };
    },
    twin: (values) => minGRUTwin(sizes, values),
  };
}

export const minGRUCases: Named<LayerCase> = {
  "T=1 B=1": minGRUCase({ T: 1, B: 1, I: 3, H: 5 }),
  "T=4 B=3": minGRUCase({ T: 4, B: 3, I: 3, H: 5 }),
  "T=7 B=2": minGRUCase({ T: 7, B: 2, I: 9, H: 8 }),
};
