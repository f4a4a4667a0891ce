import type { Tokenizer } from "../../../tokenizers/mod.ts";
import { readKey, transposeKey } from "../../data/music/mod.ts";
import { EventRules, type EventToken } from "./event_rules.ts";
import type { FullNotation } from "./notation.ts";

/** The notation of MIDI events, if the tokens of a tokenizer are such events. */
export function eventNotation(tokenizer: Tokenizer): FullNotation | undefined {
  const texts = Array.from({ length: tokenizer.size }, (_, id) => tokenizer.decode([id]).trim());
  const tokens = texts.map((text): EventToken | undefined => {
    if (text === "Bar") return { name: "Bar", value: "" };
    const [, name, value] = /^([A-Z][a-z]+)_(\S+)$/.exec(text) ?? [];
    return name === undefined ? undefined : { name, value };
  });
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
      let isDrums = false;
      const drums = new Set<string>();
      let track = "";
      const moved = piece.map((id) => {
        const token = tokens[id];
        if (token?.name === "Track") track = token.value;
        if (token?.name === "Drums") drums.add(track);
        isDrums = drums.has(track);
        if (token?.name === "Key") return ids.get(`Key_${transposeKey(readKey(token.value), semitones).name}`) ?? -1;
        if (token?.name !== "Pitch" || isDrums) return id;
        return ids.get(`Pitch_${Number(token.value) + semitones}`) ?? -1;
      });
      return semitones === 0 ? piece : moved.includes(-1) ? undefined : moved;
    },
  };
}
