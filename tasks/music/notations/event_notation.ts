import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { EventRules, readEvent } from "./event_rules.ts";
import { EventPlace, transposeEvent } from "./event_transposition.ts";
import type { FullNotation } from "./notation.ts";

/** The notation of MIDI events, if the tokens of a tokenizer are such events. */
export function eventNotation(tokenizer: Tokenizer): FullNotation | undefined {
  const texts = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.decode([id]).trim());
  const tokens = texts.map(readEvent);
  const has = (name: string): boolean => tokens.some((token) => token?.name === name);
  if (!has("Bar") || !has("Pos") || !has("Pitch") || !has("Vel") || !has("Dur")) return undefined;
  const rules = new EventRules(tokens);
  const ids = new Map(texts.map((text, id) => [text, id]));
  return {
    kind: "events",
    unit: "bar",
    rules,
    end: rules.begin,
    isNote: (id) => tokens[id]?.name === "Pitch",
    endsStep: (id) => tokens[id]?.name === "Bar",
    isPosition: () => false,
    event: { rules, idOf: (text) => ids.get(text), textOf: (id) => texts[id] ?? "" },
    transpose(piece, semitones) {
      if (semitones === 0) return piece;
      const place = new EventPlace();
      const moved = piece.map((id) => {
        const token = tokens[id];
        if (token === undefined || !place.read(token)) return id;
        const event = transposeEvent(token, place.key, semitones);
        return event === undefined ? -1 : ids.get(event) ?? -1;
      });
      return moved.includes(-1) ? undefined : moved;
    },
  };
}
