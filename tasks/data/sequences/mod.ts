/**
 * Symbol sequences, such as DNA: the files FASTA and FASTQ, and the alphabets of their letters. This folder knows
 * sequences and their records; it must not know labels, nor what is learned from sequences.
 * @module
 */
export {
  addCounts,
  type Alphabet,
  ALPHABETS,
  asSequence,
  countOtherLetters,
  detectNucleotides,
  nameOfAlphabet,
  type OtherLetters,
  plainLetters,
  plainStretches,
  reverseComplement,
} from "./alphabets.ts";
export { type FastaLine, FastaReader, headerless, parseFastaLine } from "./fasta.ts";
export { FastqReader } from "./fastq.ts";
export { detectSequences, SEQUENCE_FORMATS, type SequenceFormat } from "./formats.ts";
export { describeRecord, nameIn, type RecordReader, type SequenceRecord } from "./records.ts";
