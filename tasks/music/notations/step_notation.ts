import type { Tokenizer } from "../../../tokenizers/mod.ts";
import type { Notation } from "./notation.ts";
import { StepRules } from "./step_rules.ts";

/** The text of the end of a step. */
const END_OF_STEP = ".";

/** The notation of piano rolls, if the tokens of a tokenizer are pitches and the end of a step. */
export function stepNotation(tokenizer: Tokenizer): Notation | undefined {
  const texts = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.decode([id]).trim());
  const endOfStep = texts.indexOf(END_OF_STEP);
  const pitches = new Map<number, number>();
  for (const [id, text] of texts.entries()) if (/^\d+$/.test(text)) pitches.set(Number(text), id);
  if (endOfStep < 0 || pitches.size === 0) return undefined;
  const rules = new StepRules({ size: tokenizer.size, pitches, endOfStep });
  const pitchOf = new Map([...pitches].map(([pitch, id]) => [id, pitch]));
  return {
    kind: "steps",
    unit: "time step",
    rules,
    isNote: (id) => pitchOf.has(id),
    endsStep: (id) => id === endOfStep,
    isPosition: () => false,
    steps: { end: endOfStep, idOf: (pitch) => pitches.get(pitch), pitchOf: (id) => pitchOf.get(id) },
    transpose(ids, semitones) {
      const moved = ids.map((id) => id === endOfStep ? id : pitches.get(pitchOf.get(id)! + semitones) ?? -1);
      return moved.includes(-1) ? undefined : moved;
    },
  };
}
