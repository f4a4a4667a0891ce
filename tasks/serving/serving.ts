import { describeValue } from "../../src/schema/mod.ts";
import type { Classifier } from "../classification/mod.ts";
import type { Forecaster } from "../forecasting/mod.ts";
import type { LanguageModel } from "../language_modeling/mod.ts";
import type { MusicModel } from "../music/mod.ts";
import type { SpeechRecognizer } from "../speech/mod.ts";
import type { Translator } from "../translation/mod.ts";
import type { VectorClassifier } from "../vector_classification/mod.ts";
import { Admission } from "./admission.ts";
import { ApiError } from "./api_error.ts";
import type { ServeLimits } from "./limits.ts";
import { Metrics } from "./metrics.ts";
import { Runner } from "./runner.ts";
import { Sessions } from "./sessions.ts";
import { Turns } from "./turns.ts";

/** A model that a server can serve. */
export type ServedModel =
  | LanguageModel
  | Classifier
  | VectorClassifier
  | Forecaster
  | Translator
  | SpeechRecognizer
  | MusicModel;

/** A model with its name. */
export interface HostedModel<M extends ServedModel = ServedModel> {
  /** The name in requests. */
  readonly name: string;
  /** The model. */
  readonly model: M;
}

/** A class of models. */
// deno-lint-ignore no-explicit-any
type ModelClassOf<M extends ServedModel> = (abstract new (...parts: any[]) => M) & {
  readonly task: { readonly noun: string };
};

/** Everything that the requests to a server share. */
export class Serving {
  /** The models by name. */
  readonly models: ReadonlyMap<string, HostedModel>;
  /** The limits. */
  readonly limits: ServeLimits;
  /** The origin whose pages may read answers, or `*` for all; undefined for the server's own. */
  readonly cors: string | undefined;
  /** Lets requests run. */
  readonly admission: Admission;
  /** The sessions of all models. */
  readonly sessions: Sessions;
  /** Counts what happens. */
  readonly metrics: Metrics = new Metrics();
  /** When the models were taken up, in seconds since 1970. */
  readonly created: number = Math.floor(Date.now() / 1000);
  /** Shares the time between the work of requests and the texts that are generated. */
  readonly turns: Turns = new Turns(() => [...this.#runners.values()].some(({ isRunning }) => isRunning));
  #runners = new Map<LanguageModel, Runner>();

  /** Takes up models. */
  constructor(models: Readonly<Record<string, ServedModel>>, limits: ServeLimits, cors?: string) {
    this.models = new Map(Object.entries(models).map(([name, model]) => [name, { name, model }]));
    this.limits = limits;
    this.cors = cors;
    this.admission = new Admission(limits);
    this.sessions = new Sessions(limits);
  }

  /**
   * Finds the model that a request names, or the only one of the class if it names none. Throws `ApiError` if there is
   * none.
   */
  find<M extends ServedModel>(kind: ModelClassOf<M>, name: string | undefined): HostedModel<M> {
    const isKind = (hosted: HostedModel): hosted is HostedModel<M> => hosted.model instanceof kind;
    const own = [...this.models.values()].filter(isKind);
    const found = name === undefined
      ? own.length === 1 ? own[0] : undefined
      : own.find((hosted) => hosted.name === name);
    if (found !== undefined) return found;
    const names = own.map((hosted) => hosted.name).join(", ");
    const asked = describeValue(name);
    const expected = own.length === 0
      ? `a ${kind.task.noun} among the models, found none`
      : `the name of a ${kind.task.noun} (${names}), found ${asked}`;
    throw new ApiError(`serve: expected ${expected}`, {
      status: name === undefined ? 400 : 404,
      code: "model_not_found",
      param: "model",
    });
  }

  /** Returns what runs the steps of a language model. */
  runner(model: LanguageModel): Runner {
    const runner = this.#runners.get(model) ?? new Runner(model);
    this.#runners.set(model, runner);
    return runner;
  }

  /** Frees the memory of the batches. */
  release(): void {
    for (const { batch } of this.#runners.values()) batch[Symbol.dispose]();
    this.#runners.clear();
  }
}
