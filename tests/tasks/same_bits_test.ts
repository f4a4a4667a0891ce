// Changes to the code must not change the results of training: the weights after 60 steps with dropout must have the
// hashes in tests/goldens/runs/hashes.json, and runs that an earlier version saved after 30 steps must resume to the
// same weights.
//
// UPDATE_RUNS=1 deno test -A tests/tasks/same_bits_test.ts updates both.

import { assertEquals } from "@std/assert";
import {
  CharTokenizer,
  Classifier,
  type ClassifierFitOptions,
  Engine,
  LanguageModel,
  type LanguageModelFitOptions,
  Translator,
  type TranslatorFitOptions,
  treebankTokenizer,
} from "../../mod.ts";
import type { Module } from "../../src/nn/mod.ts";
import { generateReviews } from "../../tasks/default_data/mod.ts";
import { babble } from "../support/command.ts";

const RUNS = new URL("../goldens/runs/", import.meta.url);
const UPDATES = Deno.permissions.querySync({ name: "env", variable: "UPDATE_RUNS" }).state === "granted" &&
  Deno.env.get("UPDATE_RUNS") === "1";

/** WebAssembly guarantees that this build computes the same bits on every machine. */
const engine = new Engine({ build: "plain" });

interface Model {
  readonly network: Module;
  save(directory: string): Promise<void>;
}

/** A run of 60 steps: how to start it, and how to load and resume it. */
interface Run {
  readonly start: (options: object) => Promise<Model>;
  readonly resume: (directory: string, options: object) => Promise<Model>;
}

async function drain(events: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of events);
}

const TEXT = babble(6000);
const TEXTS = { train: TEXT.slice(0, 5000), valid: TEXT.slice(5000) };
const REVIEWS = generateReviews(220);
const LABELLED = { train: REVIEWS.slice(0, 180), valid: REVIEWS.slice(180) };
const PAIRS = REVIEWS.map(({ text }) => ({ source: text.slice(0, 16), target: text.slice(8, 20).toUpperCase() }));
const ALIGNED = { train: PAIRS.slice(0, 180), valid: PAIRS.slice(180) };

const RUN_OF: Record<string, Run> = {
  "language-modeling": {
    async start(options) {
      const tokenizer = CharTokenizer.train(TEXT);
      const shape = { cell: "gru", embed: 12, hidden: 16, layers: 2, dropout: 0.3 } as const;
      const model = LanguageModel.create({ tokenizer, ...shape, seed: 3, engine });
      const fit: LanguageModelFitOptions = {
        epochs: 9,
        batch: 8,
        bptt: 20,
        optimizer: "adam",
        learningRate: 0.01,
        schedule: "constant",
        seed: 5,
      };
      await drain(model.fit(TEXTS, { ...fit, averaging: 0.9, clipNorm: 1, ...options }));
      return model;
    },
    async resume(directory, options) {
      const model = await LanguageModel.load(directory, { engine });
      await drain(model.fit(TEXTS, { checkpoint: await LanguageModel.loadCheckpoint(directory), ...options }));
      return model;
    },
  },
  "classification": {
    async start(options) {
      const tokenizer = treebankTokenizer(REVIEWS.map(({ text }) => text));
      const shape = { cell: "lstm", embed: 8, hidden: 10, layers: 2, members: 2, bidirectional: true } as const;
      const rates = {
        dropout: 0.4,
        inputDropout: 0.2,
        embedDropout: 0.1,
        wordDropout: 0.1,
        pooling: "concat",
      } as const;
      const reading = { tokenizer, labels: ["negative", "positive"], maxTokens: 100, wide: false };
      const model = Classifier.create({ ...reading, ...shape, ...rates, seed: 3, engine });
      const fit: ClassifierFitOptions = { epochs: 20, batch: 20, optimizer: "adamw", learningRate: 0.01, seed: 5 };
      const own: ClassifierFitOptions = { adversarial: 0.02, labelSmoothing: 0.1, layerDecay: 0.9, unfreezeEvery: 0 };
      await drain(model.fit(LABELLED, { ...fit, ...own, clipNorm: 1, averaging: 0.9, ...options }));
      return model;
    },
    async resume(directory, options) {
      const model = await Classifier.load(directory, { engine });
      await drain(model.fit(LABELLED, { checkpoint: await Classifier.loadCheckpoint(directory), ...options }));
      return model;
    },
  },
  "translation": {
    async start(options) {
      const sourceTokenizer = CharTokenizer.train(PAIRS.map(({ source }) => source).join(""));
      const targetTokenizer = CharTokenizer.train(PAIRS.map(({ target }) => target).join(""));
      const shape = { cell: "lstm", embed: 8, hidden: 12, encoderHidden: 6, layers: 2, attention: "general" } as const;
      const rates = { dropout: 0.3, inputDropout: 0.2, bridge: "dense", inputFeeding: true, tied: true } as const;
      const sides = { sourceTokenizer, targetTokenizer, maxTokens: 100 };
      const model = Translator.create({ ...sides, ...shape, ...rates, seed: 3, engine });
      const fit: TranslatorFitOptions = { epochs: 20, batchTokens: 400, optimizer: "sgd", learningRate: 0.5, seed: 5 };
      const own: TranslatorFitOptions = { labelSmoothing: 0.1, scheduledSampling: 0.2, mergeDropout: 0 };
      const rest: TranslatorFitOptions = { schedule: "step", clipNorm: 1, averaging: 0.9, selectBy: "bleu" };
      await drain(model.fit(ALIGNED, { ...fit, ...own, ...rest, ...options }));
      return model;
    },
    async resume(directory, options) {
      const model = await Translator.load(directory, { engine });
      await drain(model.fit(ALIGNED, { checkpoint: await Translator.loadCheckpoint(directory), ...options }));
      return model;
    },
  },
};

/** SHA-256 of all parameters, each preceded by its name. */
async function hashOf({ network }: Model): Promise<string> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for (const [name, parameter] of network.namedParameters()) {
    parts.push(new TextEncoder().encode(name), new Uint8Array(parameter.toArray().slice().buffer));
  }
  const digest = await crypto.subtle.digest("SHA-256", await new Blob(parts).arrayBuffer());
  return new Uint8Array(digest).toHex();
}

async function update(): Promise<void> {
  const hashes: Record<string, string> = {};
  for (const [name, { start }] of Object.entries(RUN_OF)) {
    hashes[name] = await hashOf(await start({ maxSteps: 60 }));
    await start({ maxSteps: 30, directory: decodeURIComponent(new URL(name, RUNS).pathname) });
  }
  await Deno.writeTextFile(new URL("hashes.json", RUNS), JSON.stringify(hashes, null, 2) + "\n");
}

if (UPDATES) await update();

const hashes: Record<string, string> = JSON.parse(await Deno.readTextFile(new URL("hashes.json", RUNS)));

for (const [name, { start, resume }] of Object.entries(RUN_OF)) {
  Deno.test(`${name}: 60 steps with dropout give the same weights as in earlier versions`, async () => {
    assertEquals(await hashOf(await start({ maxSteps: 60 })), hashes[name]);
  });

  Deno.test(`${name}: a run that an earlier version saved after 30 steps resumes to the same weights`, async () => {
    const directory = decodeURIComponent(new URL(name, RUNS).pathname);
    assertEquals(await hashOf(await resume(directory, { maxSteps: 60 })), hashes[name]);
  });
}
