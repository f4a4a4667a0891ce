import { exists, nameOf, STANDARD_INPUT } from "../../tasks/data/file_system.ts";
import { namedError } from "../../tasks/data/named_error.ts";
import {
  FastaReader,
  FastqReader,
  nameIn,
  type RecordReader,
  type SequenceRecord,
} from "../../tasks/data/sequences/mod.ts";
import { UsageError } from "../arguments/mod.ts";
import { quoted } from "../invocation.ts";

/** A sequence of a FASTA or FASTQ file. */
export interface NamedSequence {
  /** The first word of its header. */
  readonly name: string;
  /** The letters. */
  readonly text: string;
}

/** A text, or a sequence with its name. */
type Given = string | NamedSequence;

/** Throws `UsageError` if an operand is a file, whose name would be classified as a sequence. */
export async function refuseSequenceFiles(operands: readonly string[]): Promise<void> {
  for (const word of operands) {
    // Words of letters are taken for sequences, though files may have such names, and so is what may not be read.
    if (/^[A-Za-z]*$/.test(word) || !await exists(word).catch(() => false)) continue;
    const file = JSON.stringify(word);
    throw new UsageError(`expected a sequence, found a file, ${file}; give it as standard input: < ${quoted(word)}`);
  }
}

/**
 * Yields the sequences of FASTA or FASTQ among the lines of standard input as they arrive. Lines of anything else are
 * sequences themselves. The first line that is not blank decides.
 *
 * Throws `SyntaxError` with the line if FASTA or FASTQ is damaged.
 */
export async function* sequencesOf(blocks: AsyncIterable<string[]>): AsyncGenerator<Given[], void, void> {
  let reader: SequenceReader | undefined;
  let blank: string[] = [];
  try {
    for await (const block of blocks) {
      const lines = [...blank, ...block];
      const first = lines.find((line) => line.trim() !== "");
      blank = [];
      if (reader === undefined && first !== undefined) reader = readerFor(first);
      if (reader === undefined) blank = lines;
      else yield reader.push(lines);
    }
    yield reader?.end() ?? blank;
  } catch (error) {
    throw namedError(nameOf(STANDARD_INPUT), error);
  }
}

/** Takes lines, and returns the sequences that they complete. */
interface SequenceReader {
  push(lines: readonly string[]): Given[];
  /** Returns the last sequences. */
  end(): Given[];
}

function readerFor(first: string): SequenceReader {
  if (first.startsWith("@")) return named(new FastqReader());
  // Comments, which begin with a semicolon, may precede the first header.
  if (/^[>;]/.test(first)) return named(new FastaReader());
  return { push: (lines) => [...lines], end: () => [] };
}

/** Gives the sequences of a reader their names. */
function named(reader: RecordReader): SequenceReader {
  const withNames = (records: readonly SequenceRecord[]): NamedSequence[] =>
    records.map(({ header, letters }) => ({ name: nameIn(header), text: letters }));
  return { push: (lines) => withNames(reader.push(lines)), end: () => withNames(reader.end()) };
}
