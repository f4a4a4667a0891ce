import { exists, nameOf, STANDARD_INPUT } from "../../tasks/data/file_system.ts";
import { namedError } from "../../tasks/data/named_error.ts";
import { headerless, parseFastaLine } from "../../tasks/data/sequences/fasta.ts";
import { nameIn, readFastq } from "../../tasks/data/sequences/mod.ts";
import { UsageError } from "../arguments/mod.ts";

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
    // The letters of a sequence are no file's name, and what may not be read is none either.
    if (/^[A-Za-z]*$/.test(word) || !await exists(word).catch(() => false)) continue;
    const file = JSON.stringify(word);
    throw new UsageError(`expected a sequence, found a file, ${file}; give it as standard input: < ${word}`);
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
  if (first.startsWith("@")) return new FastqReader();
  // Comments, which begin with a semicolon, may precede the first header.
  if (/^[>;]/.test(first)) return new FastaReader();
  return { push: (lines) => [...lines], end: () => [] };
}

class FastaReader implements SequenceReader {
  #line = 0;
  #name: string | undefined;
  #parts: string[] = [];

  push(lines: readonly string[]): Given[] {
    return lines.flatMap((line) => this.#take(line));
  }

  end(): Given[] {
    const complete = this.#name === undefined ? [] : [{ name: this.#name, text: this.#parts.join("") }];
    this.#name = undefined;
    this.#parts = [];
    return complete;
  }

  #take(line: string): Given[] {
    const found = parseFastaLine(line, ++this.#line);
    if (found === undefined) return [];
    if ("header" in found) {
      const complete = this.end();
      this.#name = nameIn(found.header);
      return complete;
    }
    if (this.#name === undefined) throw headerless(line.trimEnd(), this.#line);
    this.#parts.push(found.letters);
    return [];
  }
}

class FastqReader implements SequenceReader {
  #lines: string[] = [];

  push(lines: readonly string[]): Given[] {
    for (const line of lines) this.#lines.push(line);
    return [];
  }

  end(): Given[] {
    return readFastq(this.#lines.join("\n")).map(({ header, letters }) => ({ name: nameIn(header), text: letters }));
  }
}
