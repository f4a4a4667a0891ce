import { Attention, type AttentionKind } from "../../../src/nn/mod.ts";
import type { LayerCase, Named, Shapes } from "../../support/layer_contract.ts";
import { attention } from "../../support/oracles/mod.ts";

interface Sizes {
  T: number;
  lengths: number[];
  Q: number;
  M: number;
  heads?: number;
}

/** Returns the shapes of the parameters of `Attention`. */
function parametersOf(kind: AttentionKind, Q: number, M: number): Shapes {
  switch (kind) {
    case "dot":
      return {};
    case "general":
      return { "keys.weight": [Q, M] };
    case "additive":
      return { "queries.weight": [Q, Q], "keys.weight": [Q, M], "keys.bias": [Q], score: [1, Q] };
    case "multihead":
      return {
        ...{ "queries.weight": [Q, Q], "queries.bias": [Q], "keys.weight": [Q, M] },
        ...{ "values.weight": [Q, M], "values.bias": [Q], "output.weight": [Q, Q], "output.bias": [Q] },
      };
  }
}

function attentionCase(kind: AttentionKind, { T, lengths, Q, M, heads = 1 }: Sizes): LayerCase {
  const [S, B] = [Math.max(...lengths), lengths.length];
  const parameters = parametersOf(kind, Q, M);
  return {
    inputs: { queries: [T, B, Q], states: [S, B, M] },
    parameters,
    outputs: { context: [T, B, kind === "multihead" ? Q : M], weights: [B, T, S] },
    make: (options) => {
      const module = new Attention({ kind, query: Q, memory: M, heads, ...options });
      return {
        module,
        run: ({ queries, states }) => ({
          ...module.forward(queries, module.prepare(states, Int32Array.from(lengths))),
        }),
      };
    },
    twin: ({ queries, states, ...parameters }) => {
      const run = attention({ kind, queries, states, lengths, parameters, T, S, Q, M, heads });
      return {
        outputs: { context: run.context, weights: run.weights },
        backward: ({ context, weights }) => run.backward(context, weights),
      };
    },
  };
}

const RAGGED = { T: 5, lengths: [3, 6, 1], Q: 6, M: 9 };
const SINGLE = { T: 1, lengths: [1], Q: 4, M: 3 };

export const attentionCases: Named<LayerCase> = {
  "dot, one of everything": attentionCase("dot", { T: 1, lengths: [1], Q: 1, M: 1 }),
  "dot, ragged": attentionCase("dot", { ...RAGGED, Q: 7, M: 7 }),
  "general, one step": attentionCase("general", SINGLE),
  "general, ragged": attentionCase("general", RAGGED),
  "additive, one step": attentionCase("additive", SINGLE),
  "additive, ragged": attentionCase("additive", { ...RAGGED, Q: 9, M: 5 }),
  "multi-head, one step": attentionCase("multihead", { ...SINGLE, heads: 2 }),
  "multi-head, one head": attentionCase("multihead", { ...RAGGED, heads: 1 }),
  "multi-head, ragged": attentionCase("multihead", { ...RAGGED, heads: 3 }),
};
