import { MIN_PROBABILITY } from "./truncation.ts";
import type { TokenStep } from "./token_step.ts";

/** A text that chooses its next token. */
export interface Choosing {
  /** The sampling temperature. */
  readonly temperature: number;
  /** Whether `adjust` does anything. */
  readonly adjusts: boolean;
  /** Changes the logits [V]; returns whether the text can choose. */
  adjust(logits: Float32Array, hidden: () => Float32Array): boolean;
  /** Chooses from the probabilities [V], or from the logits at temperature 0. */
  choose(values: Float32Array): void;
}

/**
 * Lets the texts of the rows of a step choose from its logits [B, V]. The softmax is one kernel call for all rows, in
 * the place where the step left them: only the logits that a text changes are copied.
 */
export function chooseTokens(step: TokenStep, texts: readonly (Choosing | undefined)[]): void {
  const { engine, vocabulary: V } = step;
  const choosing = [...texts.entries()].filter((entry): entry is [number, Choosing] => {
    const [row, text] = entry;
    if (!text?.adjusts) return text !== undefined;
    const logits = engine.floats(step.logitsAt(row), V).slice();
    const canChoose = text.adjust(logits, () => step.hidden(row));
    engine.change(step.logitsAt(row), V, (own) => own.set(logits));
    return canChoose;
  });
  const [greedy, drawing] = [true, false].map((isGreedy) =>
    choosing.filter(([, { temperature }]) => temperature < MIN_PROBABILITY === isGreedy)
  );
  const choose = (rows: readonly [number, Choosing][]): void => {
    for (const [row, text] of rows) text.choose(engine.floats(step.logitsAt(row), V));
  };
  choose(greedy);
  if (drawing.length === 0) return;
  for (const [row, { temperature }] of drawing) {
    const at = step.logitsAt(row);
    if (temperature !== 1) engine.run("affine", V, at, 1 / temperature, 0, at);
  }
  engine.run("softmax", texts.length, V, step.logitsAt(0), step.logitsAt(0));
  choose(drawing);
}
