import { decompositionOf, type Form, normalForm } from "./normal_form.ts";

/**
 * A character of the normalized text and how much it lengthens the text: 1 for an additional character, -1 for a
 * character that replaces two.
 */
export interface Change {
  readonly character: string;
  readonly growth: number;
}

/**
 * The changes to a segment (a part of a text that the form does not join with its surroundings); `undefined` if it
 * stays the same.
 */
export function changesOf(segment: string, form: Form): Change[] | undefined {
  const normalized = normalForm(segment, form);
  if (normalized === segment) return undefined;
  const decomposing = decompositionOf(form);
  const pending = new Pending();
  for (const character of segment) {
    for (const [i, part] of [...character.normalize(decomposing)].entries()) pending.add(part, i > 0 ? 1 : 0);
  }
  // Marks move to canonical order; each keeps its growth.
  const decomposed = Array.from(normalForm(segment, decomposing), (character) => {
    return { character, growth: pending.take(character) };
  });
  if (form === decomposing) return decomposed;
  for (const { character, growth } of decomposed) pending.add(character, growth);
  return Array.from(normalized, (character) => {
    const parts = [...character.normalize("NFD")];
    const growth = parts.reduce((sum, part) => sum + pending.take(part), 1 - parts.length);
    return { character, growth };
  });
}

/** A FIFO queue per character of growths waiting for their position. */
class Pending {
  readonly #queues = new Map<string, { readonly growths: number[]; taken: number }>();

  add(character: string, growth: number): void {
    const queue = this.#queues.get(character);
    if (queue === undefined) this.#queues.set(character, { growths: [growth], taken: 0 });
    else queue.growths.push(growth);
  }

  take(character: string): number {
    const queue = this.#queues.get(character);
    return queue?.growths[queue.taken++] ?? 0;
  }
}
