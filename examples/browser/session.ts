import { Classifier, Engine, LanguageModel, Translator } from "@elman/elman";
import { generateReviews, readTask } from "@elman/elman/tasks";
// deno-lint-ignore no-import-prefix
import { zipSync } from "npm:fflate@0.8.3";
import { filesIn } from "./archives.ts";
import { hiddenUnits } from "./hidden_units.ts";
import {
  type Calls,
  type GenerateRequest,
  type LabelProbability,
  type ModelFacts,
  type NextToken,
  type Sampling,
  type TaskName,
  TASKS,
  type TrainRequest,
  type UnitsAnswer,
} from "./messages.ts";
import { nextTokens } from "./next_tokens.ts";
import { train } from "./training.ts";
import type { CallContext } from "./worker.ts";

/** Number of sentences in the text to begin with. */
const SENTENCES = 2000;

/** The models that the page can use. */
interface Models {
  "language-modeling": LanguageModel;
  classification: Classifier;
  translation: Translator;
}
type AnyModel = Models[TaskName];

/** Loads a model of each task. */
const LOADERS: { [Name in TaskName]: (files: readonly File[]) => Promise<Models[Name]> } = {
  "language-modeling": (files) => LanguageModel.load(files),
  classification: (files) => Classifier.load(files),
  translation: (files) => Translator.load(files),
};

/** The models at hand, one per task, and what the page can ask of them. */
export class Session {
  #models: Partial<Models> = {};
  /** Abort what a model does once another takes its place. */
  #places = new Map<TaskName, AbortController>();

  constructor() {
    const threads = self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency, 8) : 1;
    new Engine({ threads }).makeDefault();
  }

  async threads(): Promise<number> {
    return await Promise.resolve(Engine.default().threads);
  }

  async example(): Promise<string> {
    const sentences = generateReviews(SENTENCES).map(({ text }) => `${text}\n`);
    return await Promise.resolve(sentences.join(""));
  }

  async train(request: TrainRequest, context: CallContext<"train">): Promise<ModelFacts> {
    return this.#keep("language-modeling", await train(request, context));
  }

  async generate(
    { prompt, ...options }: GenerateRequest,
    { tell, signal: stop }: CallContext<"generate">,
  ): Promise<readonly string[]> {
    const model = this.#get("language-modeling");
    const signal = AbortSignal.any([stop, this.#placeOf("language-modeling")]);
    using generation = model.generate(prompt, { ...options, signal, unknown: "skip" });
    try {
      for await (const piece of generation) tell(piece);
    } catch (error) {
      // A text that was stopped is still a text.
      if (!signal.aborted) throw error;
    }
    return model.tokenizer.unknownSymbols(prompt);
  }

  async next({ prompt, ...sampling }: Sampling & { readonly prompt: string }): Promise<readonly NextToken[]> {
    return await nextTokens(this.#get("language-modeling"), prompt, sampling);
  }

  async units({ text }: { readonly text: string }): Promise<UnitsAnswer> {
    return await Promise.resolve(hiddenUnits(this.#get("language-modeling"), text));
  }

  async save(): Promise<Calls["save"]["answer"]> {
    const model = this.#get("language-modeling");
    const folder = factsOf("language-modeling", model).name;
    const files = await Promise.all(
      model.toFiles().map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())] as const),
    );
    return zipSync({ [folder]: Object.fromEntries(files) }, { level: 0 }) as Uint8Array<ArrayBuffer>;
  }

  async load({ files: dropped }: { readonly files: readonly File[] }): Promise<ModelFacts> {
    const files = await filesIn(dropped);
    const task = await readTask(files) as TaskName;
    if (!TASKS.includes(task)) {
      throw new RangeError(`expected a language model, a classifier of texts or a translator, found ${task}`);
    }
    return this.#keep(task, await LOADERS[task](files));
  }

  async classify({ text }: { readonly text: string }): Promise<readonly LabelProbability[]> {
    const { probabilities } = await this.#get("classification").classify(text);
    return Object.entries(probabilities).map(([label, probability]) => ({ label, probability }))
      .sort((a, b) => b.probability - a.probability);
  }

  async translate({ text }: { readonly text: string }): Promise<string> {
    const signal = this.#placeOf("translation");
    return (await this.#get("translation").translate(text, { signal })).text;
  }

  /** Puts a model in the place of the earlier one for its task. */
  #keep(task: TaskName, model: AnyModel): ModelFacts {
    // What goes on would find the memory of its model freed.
    this.#places.get(task)?.abort(new RangeError("expected one model to the end, found another in its place"));
    this.#places.set(task, new AbortController());
    this.#models[task]?.[Symbol.dispose]();
    this.#models = { ...this.#models, [task]: model };
    return factsOf(task, model);
  }

  /** Aborted once another model takes the place of the one for a task. */
  #placeOf(task: TaskName): AbortSignal {
    this.#get(task);
    return this.#places.get(task)!.signal;
  }

  #get<Name extends TaskName>(task: Name): Models[Name] {
    const model = this.#models[task];
    if (!model) throw new RangeError(`expected a model for ${task}, found none; train one or drop its files`);
    return model;
  }
}

function factsOf(task: TaskName, { config, network }: AnyModel): ModelFacts {
  const count = network.parameters().reduce((sum, { size }) => sum + size, 0).toLocaleString("en");
  const size = `${config.cell.toUpperCase()} of ${config.hidden} units, ${count} parameters`;
  return { task, name: `${config.cell}-${config.hidden}`, summary: size };
}
