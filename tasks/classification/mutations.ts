import { InputRangeError } from "../../errors.ts";
import { type Alphabet, asSequence, plainLetters } from "../data/sequences/mod.ts";
import type { Classification, MutationMap } from "./answers.ts";
import type { WordWeight } from "./explanation.ts";
import { judgeInBlocks, refuseMany } from "./variants.ts";

/** A substitution: the letter at a position is replaced by the letter of that index. */
interface Substitution {
  readonly position: number;
  readonly letter: number;
}

/**
 * Replaces every letter of a sequence by every other one of the alphabet, and compares the log-probability of the label
 * with that of the sequence itself (in-silico mutagenesis; Zhou and Troyanskaya 2015). Throws `RangeError` if the texts
 * are no sequences, or if this one is too long.
 */
export async function mapMutations(
  text: string,
  { label, probabilities }: Classification,
  alphabet: Alphabet | null,
  classify: (texts: readonly string[]) => Promise<readonly Classification[]>,
): Promise<MutationMap> {
  if (alphabet === null) {
    throw new InputRangeError("explain by mutation: expected a classifier of sequences, found one of other texts");
  }
  const sequence = asSequence(text);
  refuseMany("explain by mutation", sequence.length, "letter");
  const letters = [...plainLetters(alphabet)];
  const substitutions = Array.from(
    sequence,
    (own, position) => letters.flatMap((other, letter): Substitution[] => other === own ? [] : [{ position, letter }]),
  ).flat();
  const mutated = ({ position, letter }: Substitution): string =>
    sequence.slice(0, position) + letters[letter] + sequence.slice(position + 1);
  const found = await judgeInBlocks(
    substitutions,
    async (block) => (await classify(block.map(mutated))).map(({ probabilities }) => probabilities[label]),
  );
  const changes = letters.map(() => new Array<number>(sequence.length).fill(0));
  const own = Math.log(probabilities[label]);
  substitutions.forEach(({ position, letter }, i) => changes[letter][position] = Math.log(found[i]) - own);
  return { sequence, letters, changes };
}

/** Weighs each letter of a sequence by the mean fall of the label's log-probability when another one replaces it. */
export function weighLetters({ sequence, letters, changes }: MutationMap): WordWeight[] {
  return Array.from(sequence, (word, start) => {
    const others = letters.filter((letter) => letter !== word).length;
    const sum = changes.reduce((sum, row) => sum + row[start], 0);
    return { word, start, end: start + 1, weight: sum === 0 ? 0 : -sum / others };
  });
}

/** Formats a map as a table with tabs: the sequence, then a row of changes for each letter. */
export function formatMutations({ sequence, letters, changes }: MutationMap): string {
  const rows = letters.map((letter, i) => [letter, ...changes[i].map((change) => signed(change))]);
  return [["", ...sequence], ...rows].map((row) => row.join("\t")).join("\n");
}

function signed(change: number): string {
  const shown = change.toFixed(3);
  return Number(shown) === 0 ? "0.000" : change < 0 ? shown : `+${shown}`;
}
