/** An alphabet of symbol sequences. */
export type Alphabet = "dna" | "rna" | "protein";

/** The alphabets of symbol sequences. */
export const ALPHABETS: readonly Alphabet[] = ["dna", "rna", "protein"];

/** An alphabet's letters: those that name one symbol, and IUPAC's codes for several. */
interface Letters {
  readonly name: string;
  readonly plain: string;
  readonly ambiguous: string;
}

const LETTERS: Readonly<Record<Alphabet, Letters>> = {
  dna: { name: "DNA", plain: "ACGT", ambiguous: "RYSWKMBDHVN" },
  rna: { name: "RNA", plain: "ACGU", ambiguous: "RYSWKMBDHVN" },
  protein: { name: "protein", plain: "ACDEFGHIKLMNPQRSTVWY", ambiguous: "BJXZ" },
};

/** The letters of an alphabet that name one symbol. */
export function plainLetters(alphabet: Alphabet): string {
  return LETTERS[alphabet].plain;
}

/** The name of an alphabet in messages: "DNA". */
export function nameOfAlphabet(alphabet: Alphabet): string {
  return LETTERS[alphabet].name;
}

/** Returns a text as a sequence: in upper case, without white space. */
export function asSequence(text: string): string {
  return text.replaceAll(/\s+/g, "").toUpperCase();
}

/** The least share of nucleotides and `N` in sequences of DNA or RNA. */
const LEAST_SHARE = 0.9;

/** Number of sequences that show the alphabet. */
const INSPECTED = 1000;

/** Detects by its letters whether a file's sequences are DNA or RNA. Returns undefined for any other texts. */
export function detectNucleotides(texts: readonly string[]): "dna" | "rna" | undefined {
  let [nucleotides, letters, thymines, uracils] = [0, 0, 0, 0];
  for (const text of texts.slice(0, INSPECTED)) {
    for (const letter of asSequence(text)) {
      letters++;
      if ("ACGTUN".includes(letter)) nucleotides++;
      if (letter === "T") thymines++;
      if (letter === "U") uracils++;
    }
  }
  if (letters === 0 || nucleotides < LEAST_SHARE * letters) return undefined;
  return uracils > thymines ? "rna" : "dna";
}

/** The complements of DNA's letters and of IUPAC's codes; other letters are their own. */
const COMPLEMENTS = new Map(["AT", "CG", "GC", "TA", "UA", "RY", "YR", "KM", "MK", "BV", "VB", "DH", "HD"].map(
  ([letter, other]) => [letter, other],
));

/** Returns the other strand of a sequence of DNA or RNA in upper case, read in its own direction. */
export function reverseComplement(sequence: string, alphabet: Alphabet): string {
  let strand = "";
  for (let i = sequence.length - 1; i >= 0; i--) strand += COMPLEMENTS.get(sequence[i]) ?? sequence[i];
  return alphabet === "rna" ? strand.replaceAll("T", "U") : strand;
}

/** Counts of the letters of sequences that do not name one symbol. */
export interface OtherLetters {
  /** Number of sequences that have any. */
  readonly sequences: number;
  /** Number of each ambiguous letter, an IUPAC code. */
  readonly ambiguous: ReadonlyMap<string, number>;
  /** Number of each letter that the alphabet lacks. */
  readonly outside: ReadonlyMap<string, number>;
}

/** Counts the letters of sequences that do not name one symbol of an alphabet. */
export function countOtherLetters(sequences: readonly string[], alphabet: Alphabet): OtherLetters {
  const others = otherLetters(alphabet);
  const [ambiguous, outside] = [new Map<string, number>(), new Map<string, number>()];
  let affected = 0;
  for (const sequence of sequences) {
    const found = asSequence(sequence).match(others) ?? [];
    if (found.length > 0) affected++;
    for (const letter of found) {
      const counts = LETTERS[alphabet].ambiguous.includes(letter) ? ambiguous : outside;
      counts.set(letter, (counts.get(letter) ?? 0) + 1);
    }
  }
  return { sequences: affected, ambiguous, outside };
}

/** Adds counts of letters to others. */
export function addCounts(to: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [letter, n] of counts) to.set(letter, (to.get(letter) ?? 0) + n);
}

/** Matches each letter that does not name one symbol of an alphabet. */
function otherLetters(alphabet: Alphabet): RegExp {
  return new RegExp(`[^${LETTERS[alphabet].plain}]`, "gu");
}

/** Returns the stretches of a sequence whose letters all name one symbol. */
export function plainStretches(sequence: string, alphabet: Alphabet): string[] {
  return asSequence(sequence).split(otherLetters(alphabet)).filter((stretch) => stretch !== "");
}
