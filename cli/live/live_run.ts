import type { ModelFacts } from "../inspection/mod.ts";
import type { ProgressState } from "../terminal/mod.ts";

/** A run, as its live page sees it. */
export interface LiveRun {
  /** Its name. */
  readonly name: string;
  /** The model, the data and the engine. */
  readonly introduction: string;
  /** How pages try the model; undefined if its task has no text to show. */
  readonly trial?: Trial;
  /** Returns the facts about the model and the run so far. */
  facts(): Promise<ModelFacts>;
  /** Returns how far the run has come; undefined before its first step. */
  progress(): ProgressState | undefined;
  /** Asks the run to stop after the step and to save. */
  stop(): void;
}

/** How pages try a model while it is trained. */
export interface Trial {
  /** Whether the model continues a text, with a temperature, or answers it. */
  readonly kind: "sample" | "answer";
  /** Name of the text, such as "Prompt". */
  readonly text: string;
  /** Verb for the button, such as "Sample". */
  readonly verb: string;
  /** Returns what the model makes of a text. Called between two steps. */
  ask(question: Question): Promise<string>;
}

/** A text for the model. */
export interface Question {
  /** The text to continue or to answer. */
  readonly prompt: string;
  /** The sampling temperature. */
  readonly temperature: number;
  /** Approximate number of characters to write. */
  readonly length: number;
}
