import { assertEquals } from "@std/assert";
import { CELLS, crossEntropy, Engine, inference, reshape, tensor, training } from "../../../src/nn/mod.ts";
import { padTexts } from "../../../tasks/batching/mod.ts";
import { ATTENTION_KINDS, BRIDGES, type TranslatorConfig } from "../../../tasks/translation/hyperparameters.ts";
import { type DecoderState, TranslatorNetwork } from "../../../tasks/translation/network.ts";
import { assertSameBits } from "../../support/bounds.ts";
import { assertAllClose } from "../../support/close.ts";

const CONFIG: TranslatorConfig = {
  mogrifierRounds: 5,
  ...{ cell: "lstm", sourceVocabSize: 11, targetVocabSize: 11, joint: true, embed: 6, hidden: 8, encoderHidden: 4 },
  ...{ layers: 1, bridge: "dense", attention: "general", heads: 2, inputFeeding: false, tied: true, shared: true },
  ...{ dropout: 0, inputDropout: 0, maxTokens: 50, alphabet: null, dataFormat: null },
};

/** Configurations that cover all kinds of network. */
const CONFIGS: readonly TranslatorConfig[] = [
  ...ATTENTION_KINDS.map((attention): TranslatorConfig => ({ ...CONFIG, attention })),
  ...ATTENTION_KINDS.map((attention): TranslatorConfig => ({ ...CONFIG, attention, inputFeeding: true })),
  ...CELLS.filter((cell) => cell !== CONFIG.cell).map((cell): TranslatorConfig => ({
    ...CONFIG,
    cell,
    layers: 2,
  })),
  { ...CONFIG, cell: "qrnn", inputFeeding: true },
  ...BRIDGES.map((bridge): TranslatorConfig => ({ ...CONFIG, bridge, layers: 2 })),
  { ...CONFIG, tied: false, shared: false, joint: false, sourceVocabSize: 9, encoderHidden: 3, attention: "additive" },
];

const SOURCES = [[1, 2, 3, 4, 10], [5, 10], [6, 7, 8, 10]].map((ids) => Int32Array.from(ids));
const TARGETS = [[10, 4, 3], [10, 1, 2, 3, 4, 5], [10]].map((ids) => Int32Array.from(ids));
const ALL = Int32Array.of(0, 1, 2);

function nameOf({ cell, attention, bridge, inputFeeding, layers }: TranslatorConfig): string {
  return `${cell} ${layers}, ${attention}, ${bridge}${inputFeeding ? ", input feeding" : ""}`;
}

function networkOf(config: TranslatorConfig): TranslatorNetwork {
  return new TranslatorNetwork(config, { engine: Engine.default(), seed: 3 });
}

function sourcesOf({ sourceVocabSize }: TranslatorConfig): Int32Array[] {
  return SOURCES.map((ids) => ids.map((id) => Math.min(id, sourceVocabSize - 1)));
}

Deno.test("decoding step by step matches decoding all steps at once within 1e-6", () => {
  for (const config of CONFIGS) {
    const network = networkOf(config);
    inference(() => {
      const encoded = network.encode(padTexts(sourcesOf(config), ALL));
      const { ids, lengths } = padTexts(TARGETS, ALL);
      const whole = network.decode(encoded, { ids, lengths });
      const [B, E] = [lengths.length, config.embed];
      const expected = whole.readout.toArray();
      let state: DecoderState = network.begin(encoded.state);
      for (let t = 0; t < ids.length / B; t++) {
        const step = network.step(ids.slice(t * B, (t + 1) * B), state, encoded.memory);
        state = step.state;
        const found = step.readout.toArray();
        for (let b = 0; b < B; b++) {
          if (t >= lengths[b]) continue;
          const at = (t * B + b) * E;
          const name = `${nameOf(config)}, step ${t}`;
          assertAllClose(found.slice(b * E, (b + 1) * E), expected.slice(at, at + E), { tolerance: 1e-6, name });
        }
      }
    });
  }
});

Deno.test("hypotheses in a batch give the same readout as each alone, bit for bit", () => {
  for (const config of CONFIGS) {
    const network = networkOf(config);
    inference(() => {
      const encoded = network.encode(padTexts(sourcesOf(config), ALL));
      const twice = { h: double(encoded.state.h), c: encoded.state.c && double(encoded.state.c) };
      const both = network.step(Int32Array.of(1, 2, 3, 4, 5, 6), network.begin(twice), encoded.memory);
      const rows = both.readout.toArray();
      [Int32Array.of(1, 2, 3), Int32Array.of(4, 5, 6)].forEach((ids, k) => {
        const { readout } = network.step(ids, network.begin(encoded.state), encoded.memory);
        const size = readout.size;
        assertSameBits(rows.slice(k * size, (k + 1) * size), readout.toArray(), `${nameOf(config)}, ${k}`);
      });
    });
  }
});

/** Repeats states `[layers, B, H]` to `[layers, 2 B, H]`. */
function double(states: ReturnType<typeof tensor>): ReturnType<typeof tensor> {
  const [layers, B, H] = states.shape;
  const values = states.toArray();
  const twice = new Float32Array(2 * values.length);
  for (let layer = 0; layer < layers; layer++) {
    const own = values.subarray(layer * B * H, (layer + 1) * B * H);
    twice.set(own, 2 * layer * B * H);
    twice.set(own, (2 * layer + 1) * B * H);
  }
  return tensor(twice, [layers, 2 * B, H]);
}

Deno.test("a sentence gives the same readout, bit for bit, alone and among longer and shorter ones", () => {
  for (const config of CONFIGS) {
    const network = networkOf(config);
    const run = (places: Int32Array): Float32Array[] =>
      inference(() => {
        const target = padTexts(TARGETS, places);
        const { readout } = network.decode(network.encode(padTexts(sourcesOf(config), places)), target);
        const values = readout.toArray();
        const [B, E] = [places.length, config.embed];
        return Array.from(target.lengths, (length, b) =>
          Float32Array.from({ length: length * E }, (_, i) =>
            values[(Math.floor(i / E) * B + b) * E + i % E]));
      });
    const together = run(ALL);
    ALL.forEach((place) => {
      assertSameBits(together[place], run(Int32Array.of(place))[0], `${nameOf(config)}, sentence ${place}`);
    });
  }
});

Deno.test("the gradient of every parameter matches finite differences within 1 %", () => {
  for (const config of CONFIGS) {
    const network = networkOf(config);
    const targets = padTexts(TARGETS, ALL);
    const lossOf = (): ReturnType<typeof tensor> => {
      const { readout } = network.decode(network.encode(padTexts(sourcesOf(config), ALL)), targets);
      const scores = network.score(reshape(readout, [-1, config.embed]));
      const wanted = targets.ids.map((id, i) =>
        Math.floor(i / 3) < targets.lengths[i % 3] ? (id * 7 + 3) % config.targetVocabSize : -1
      );
      return crossEntropy(scores, wanted);
    };
    training(() => lossOf().backward());
    for (const [name, parameter] of network.namedParameters()) {
      const gradient = parameter.gradients();
      const norm = Math.hypot(...gradient);
      const what = `${nameOf(config)}: ${name}`;
      // A constant added to all attention scores cancels in the softmax and has no gradient.
      if (norm < 1e-5) continue;
      const start = parameter.toArray();
      const step = 1e-2;
      const at = (sign: number): number => {
        parameter.assign(start.map((value, i) => value + sign * step * gradient[i] / norm));
        return inference(() => lossOf().item());
      };
      const slope = (at(1) - at(-1)) / (2 * step);
      parameter.assign(start);
      assertEquals(Math.abs(slope - norm) <= 0.01 * norm + 2e-4, true, `${what}: ${slope} and ${norm}`);
    }
  }
});
