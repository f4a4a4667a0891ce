import { InputRangeError } from "../../errors.ts";
import { headerless, parseFastaLine } from "../data/sequences/fasta.ts";
import {
  addCounts,
  type Alphabet,
  asSequence,
  countOtherLetters,
  nameIn,
  plainStretches,
  reverseComplement,
} from "../data/sequences/mod.ts";
import type { Classifier } from "./model.ts";

/** A strand: the one in the file, its reverse complement, or both together. */
export type Strand = "+" | "-" | ".";

/** A stretch of a sequence, from 0 and without its end. */
export interface Stretch {
  /** The first position. */
  readonly start: number;
  /** The position after the last. */
  readonly end: number;
}

/** Overlapping windows of a sequence to which the classifier gives a label. */
export interface Site extends Stretch {
  /** The name of the sequence: the first word of its header. */
  readonly sequence: string;
  /** The strand that was read. */
  readonly strand: Strand;
  /** The highest probability of a window. */
  readonly probability: number;
  /** The window with that probability. */
  readonly best: Stretch;
}

/** Options of `scanFasta`. */
export interface ScanOptions {
  /** The label to look for. */
  readonly label: string;
  /** Letters of a window. */
  readonly window: number;
  /** Letters from the start of a window to the start of the next; at most `window`. */
  readonly step: number;
  /** The least probability of the label. */
  readonly threshold: number;
  /** The strands to read one by one; "." for what the classifier itself reads. */
  readonly strands: readonly Strand[];
}

/** The result of a scan. */
export interface Scan {
  /** The sites, by sequence and position. */
  readonly sites: readonly Site[];
  /** Number of sequences. */
  readonly sequences: number;
  /** Number of sequences that are shorter than a window. */
  readonly short: number;
  /** Number of windows that were read. */
  readonly windows: number;
  /** Number of each letter outside the classifier's alphabet. */
  readonly outside: ReadonlyMap<string, number>;
}

/**
 * Slides a classifier over the sequences of a FASTA file, given line by line, so that a sequence may be larger than
 * memory. The last window of a sequence ends where the sequence does. Windows of which less than half are letters of
 * the alphabet that name one symbol are left out.
 *
 * Throws `SyntaxError` with the line if the file is not FASTA, and `RangeError` if it has no sequence.
 */
export async function scanFasta(
  model: Classifier,
  lines: AsyncIterable<string>,
  options: ScanOptions,
  onProgress: (characters: number) => void = () => {},
): Promise<Scan> {
  const scans: SequenceScan[] = [];
  const outside = new Map<string, number>();
  const { alphabet } = model.config;
  let [number, characters] = [0, 0];
  for await (const line of lines) {
    const found = parseFastaLine(line, ++number);
    characters += line.length;
    if (found === undefined) continue;
    if ("header" in found) {
      await scans.at(-1)?.end();
      scans.push(new SequenceScan(model, nameIn(found.header), options));
    } else if (scans.length === 0) throw headerless(line.trimEnd(), number);
    else {
      if (alphabet !== null) addCounts(outside, countOtherLetters([found.letters], alphabet).outside);
      if (await scans.at(-1)!.push(found.letters)) onProgress(characters);
    }
  }
  await scans.at(-1)?.end();
  if (scans.length === 0) throw new InputRangeError("expected sequences, found none");
  return {
    sites: scans.flatMap(({ sites }) => sites),
    sequences: scans.length,
    short: scans.filter(({ length }) => length < options.window).length,
    windows: scans.reduce((sum, { windows }) => sum + windows, 0),
    outside,
  };
}

/** Number of windows that are classified together. */
const WINDOWS_PER_BLOCK = 2048;

/** The scan of one sequence, whose letters arrive in parts. */
class SequenceScan {
  /** Number of windows that were read. */
  windows = 0;
  #model: Classifier;
  #options: ScanOptions;
  #regions: readonly Regions[];
  /** Letters whose windows have not all been read, and the position of the first. */
  #letters = "";
  #start = 0;
  /** The start of the next window. */
  #next = 0;

  constructor(model: Classifier, name: string, options: ScanOptions) {
    this.#model = model;
    this.#options = options;
    this.#regions = options.strands.map((strand) => new Regions(name, strand, options.threshold));
  }

  /** Number of letters so far. */
  get length(): number {
    return this.#start + this.#letters.length;
  }

  /** The sites found so far, by position. */
  get sites(): Site[] {
    return this.#regions.flatMap(({ sites }) => sites).sort((a, b) => a.start - b.start || a.end - b.end);
  }

  /** Takes letters, and returns whether enough were there to read their windows. */
  async push(letters: string): Promise<boolean> {
    this.#letters += asSequence(letters);
    const { window, step } = this.#options;
    let isRead = false;
    while (this.length >= this.#next + window + step * WINDOWS_PER_BLOCK) {
      await this.#read(this.#startsOfWindows());
      this.#drop(Math.min(this.#next, this.length - window));
      isRead = true;
    }
    return isRead;
  }

  /** Forgets the letters before a position. */
  #drop(end: number): void {
    this.#letters = this.#letters.slice(end - this.#start);
    this.#start = end;
  }

  /** Reads the remaining windows, the last of which ends where the sequence does. */
  async end(): Promise<void> {
    const { window, step } = this.#options;
    await this.#read(this.#startsOfWindows());
    const isOpen = this.#next - step + window < this.length;
    if (isOpen && this.length >= window) await this.#read([this.length - window]);
    for (const regions of this.#regions) regions.close();
    this.#drop(this.length);
  }

  /** Returns the starts of the next windows of which all letters are there, and moves on to those after them. */
  #startsOfWindows(): number[] {
    const { window, step } = this.#options;
    const starts: number[] = [];
    for (; starts.length <= WINDOWS_PER_BLOCK && this.#next + window <= this.length; this.#next += step) {
      starts.push(this.#next);
    }
    return starts;
  }

  async #read(starts: readonly number[]): Promise<void> {
    const { label, window } = this.#options;
    const { alphabet } = this.#model.config;
    const windows = starts.map((start) => ({
      start,
      text: this.#letters.slice(start - this.#start, start - this.#start + window),
    })).filter(({ text }) => alphabet === null || isMostlyPlain(text, alphabet));
    this.windows += windows.length;
    for (const regions of this.#regions) {
      const texts = windows.map(({ text }) => regions.strand === "-" ? reverseComplement(text, alphabet!) : text);
      const found = await this.#model.classify(texts);
      found.forEach(({ probabilities }, i) => {
        const { start } = windows[i];
        regions.add({ start, end: start + window }, probabilities[label]);
      });
    }
  }
}

function isMostlyPlain(text: string, alphabet: Alphabet): boolean {
  return 2 * plainStretches(text, alphabet).reduce((sum, { length }) => sum + length, 0) >= text.length;
}

/** Joins the windows of one strand that overlap and have the label; the best one of them is kept. */
class Regions {
  /** The strand. */
  readonly strand: Strand;
  /** The regions that later windows cannot overlap. */
  readonly sites: Site[] = [];
  #sequence: string;
  #threshold: number;
  #open: Site | undefined;

  constructor(sequence: string, strand: Strand, threshold: number) {
    this.#sequence = sequence;
    this.strand = strand;
    this.#threshold = threshold;
  }

  /** Takes the next window and its label's probability. */
  add(window: Stretch, probability: number): void {
    if (probability < this.#threshold) return;
    const site = { ...window, sequence: this.#sequence, strand: this.strand, probability, best: window };
    const open = this.#open;
    if (open === undefined || window.start >= open.end) {
      this.close();
      this.#open = site;
    } else this.#open = { ...(probability > open.probability ? site : open), start: open.start, end: window.end };
  }

  /** Ends the open region. */
  close(): void {
    if (this.#open) this.sites.push(this.#open);
    this.#open = undefined;
  }
}

/**
 * Formats sites as BED with eight columns: sequence, start, end, label, probability from 0 to 1000, strand, and the
 * start and the end of the best window as the thick part.
 */
export function formatBED(sites: readonly Site[], label: string): string {
  const name = label.replaceAll(/\s+/g, "_");
  return sites.map(({ sequence, start, end, strand, probability, best }) =>
    [sequence, start, end, name, Math.round(1000 * probability), strand, best.start, best.end].join("\t") + "\n"
  ).join("");
}
