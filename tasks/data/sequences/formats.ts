import { withoutCompressionEnding } from "../../../src/formats/compression.ts";

/** The file formats of symbol sequences. */
export const SEQUENCE_FORMATS = ["fasta", "fastq"] as const;

/** A file format of symbol sequences. */
export type SequenceFormat = typeof SEQUENCE_FORMATS[number];

/** Endings of file names by format. */
const ENDINGS: Readonly<Record<SequenceFormat, RegExp>> = {
  fasta: /\.(?:fa|fas|fasta|fna|faa|ffn|frn)$/i,
  fastq: /\.(?:fq|fastq)$/i,
};

/** A header of FASTA, perhaps after comments, and a line of letters. */
const FASTA = /^\s*(?:;.*\n\s*)*>.*\n(?:;.*\n|[^\S\n]*\n)*[A-Za-z*.-]+[ \t]*(?:\n|$)/;

/** A header of FASTQ, a line of letters, the divider, and a line of qualities. */
const FASTQ = /^\s*@.*\n([A-Za-z*.-]+)\n\+.*\n([!-~]+)(?:\n|$)/;

/**
 * Detects the format of a file with sequences by its content or the ending of its name. Returns undefined if neither
 * shows one.
 */
export function detectSequences(path: string, content: string): SequenceFormat | undefined {
  const start = content.slice(0, 2 ** 20);
  if (FASTA.test(start)) return "fasta";
  const [, letters = "", qualities = ""] = FASTQ.exec(start) ?? [];
  if (letters !== "" && letters.length === qualities.length) return "fastq";
  const name = withoutCompressionEnding(path);
  return SEQUENCE_FORMATS.find((format) => ENDINGS[format].test(name));
}
