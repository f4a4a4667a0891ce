/** The measurements of language models, kept so that none is made twice. */
import { machine, path, writeResults } from "../support.ts";
import type { Processor } from "../peers/processor.ts";

/** The place of a measurement: one training run. */
export interface Place {
  /** The name of the data set. */
  readonly set: string;
  /** How the model is trained. */
  readonly system: string;
  /** Minutes of training. */
  readonly minutes: number;
  /** Options of the training command. */
  readonly settings: string;
}

/** A model's losses, in nats per token. */
export interface Losses {
  /** On the validation text. */
  readonly valid: number;
  /** On the test text; null for a run that only chooses among settings. */
  readonly test: number | null;
}

/** The result of a training run. */
export interface Outcome extends Losses {
  /** Seconds of the whole run. */
  readonly seconds: number;
  /** Steps of training. */
  readonly steps: number;
  /** Tokens a second while it trains. */
  readonly tokensPerSecond: number;
  /** The number of parameters. */
  readonly parameters: number;
  /** Seconds since the beginning of training, and the validation loss then. */
  readonly curve: readonly (readonly [seconds: number, valid: number])[];
  /** Version of PyTorch, if it trained the model. */
  readonly torch?: string;
}

/** All measurements, by place. */
export class Results {
  #outcomes: Map<string, Outcome>;

  /** Creates results from outcomes by key. */
  constructor(outcomes: Readonly<Record<string, Outcome>> = {}) {
    this.#outcomes = new Map(Object.entries(outcomes));
  }

  /** Reads the results that have been written. */
  static async read(): Promise<Results> {
    const text = await Deno.readTextFile(path("results/language_models.json")).catch(() => '{"runs":{}}');
    return new Results(JSON.parse(text).runs);
  }

  /** Returns the outcome at a place, if it is known. */
  find(place: Place): Outcome | undefined {
    return this.#outcomes.get(keyOf(place));
  }

  /** Adds an outcome. */
  add(place: Place, outcome: Outcome): void {
    this.#outcomes.set(keyOf(place), outcome);
  }

  /** Writes the results and texts made from them, by extension. */
  async write(processor: Processor, texts: Readonly<Record<string, string>>): Promise<void> {
    const runs = [...this.#outcomes].sort(([a], [b]) => a < b ? -1 : 1);
    const lines = runs.map(([key, outcome]) => `${JSON.stringify(key)}:${JSON.stringify(outcome)}`);
    const json = `{"machine":${JSON.stringify({ ...machine(), ...processor })},"runs":{\n${lines.join(",\n")}\n}}`;
    await writeResults("language_models", { json, ...texts });
  }
}

function keyOf({ set, system, minutes, settings }: Place): string {
  return JSON.stringify([set, system, minutes, settings]);
}
