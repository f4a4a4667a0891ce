import { inference } from "@elman/elman/nn";
import type { LanguageModel } from "@elman/elman";
import type { UnitsAnswer } from "./messages.ts";

/** Maximum number of tokens to look at. */
const MOST = 2000;

/** Computes the hidden units of the last layer over a text, as Karpathy, Johnson and Fei-Fei (2015) show them. */
export function hiddenUnits({ tokenizer, network }: LanguageModel, text: string): UnitsAnswer {
  const ids = tokenizer.encode(knownPart(tokenizer, text)).slice(0, MOST);
  const T = ids.length;
  if (T === 0) throw new RangeError("look inside: expected a text that the model can read, found none of its symbols");
  const { engine } = network.embedding.weight;
  const values = inference(() => network.read(Int32Array.from(ids), T, 1).output.toArray(), { engine });
  const units = values.length / T;
  const spread = Array.from({ length: units }, (_, unit) => varianceOf(values, unit, units));
  return {
    pieces: piecesOf(tokenizer, ids),
    units,
    values: new Float32Array(values),
    ranked: Array.from(spread.keys()).sort((a, b) => spread[b] - spread[a]),
  };
}

/** The part of the text that each token adds; a character of several tokens comes with the last of them. */
function piecesOf(tokenizer: LanguageModel["tokenizer"], ids: Int32Array): string[] {
  const decoder = tokenizer.decoder();
  const pieces = Array.from(ids, (id) => decoder.push(id));
  pieces[pieces.length - 1] += decoder.flush();
  return pieces;
}

/** Leaves out the characters that a tokenizer does not know, if it refuses the text. */
function knownPart(tokenizer: LanguageModel["tokenizer"], text: string): string {
  const isKnown = (part: string): boolean => {
    try {
      return tokenizer.encode(part).length > 0;
    } catch {
      return false;
    }
  };
  return isKnown(text) ? text : [...text].filter(isKnown).join("");
}

/** The variance of every `stride`th value from `first` on. */
function varianceOf(values: Float32Array, first: number, stride: number): number {
  let [sum, squares, count] = [0, 0, 0];
  for (let i = first; i < values.length; i += stride, count++) {
    sum += values[i];
    squares += values[i] ** 2;
  }
  return squares / count - (sum / count) ** 2;
}
