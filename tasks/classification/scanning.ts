import { InputRangeError } from "../../errors.ts";
import { describeList, expectOptions, refuse } from "../../src/schema/mod.ts";
import {
  addCounts,
  type Alphabet,
  asSequence,
  countOtherLetters,
  headerless,
  nameIn,
  parseFastaLine,
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
 * Throws `SyntaxError` with the line if the file is not FASTA, and `RangeError` if it has no sequence or an option is
 * invalid.
 *
 * @example
 * ```ts
 * import { CharTokenizer, Classifier } from "@elman/elman";
 * import { formatBED, type Scan, scanFasta, type ScanOptions } from "@elman/elman/tasks";
 * import { assertEquals } from "@std/assert";
 *
 * const train = ["TATAAT", "TATGAT", "GCGCGC", "CCGGCG"].map((text, i) => ({ text, label: i < 2 ? "box" : "other" }));
 * const tokenizer = CharTokenizer.train("ACGT");
 * const options = { tokenizer, labels: ["box", "other"], alphabet: "dna", architecture: "linear" } as const;
 * const model = Classifier.create(options);
 * await model.fit(train);
 * const lines = async function* () {
 *   yield* [">chr1", "GCGCGCTATAATGCGCGC"];
 * };
 * const scanned: ScanOptions = { label: "box", window: 6, step: 1, threshold: 0.6, strands: ["+"] };
 * const { sites, windows }: Scan = await scanFasta(model, lines(), scanned);
 * assertEquals([windows, sites.length], [13, 1]);
 * assertEquals(formatBED(sites, "box").split("\t")[0], "chr1");
 * ```
 */
export async function scanFasta(
  model: Classifier,
  lines: AsyncIterable<string>,
  options: ScanOptions,
  onProgress: (characters: number) => void = () => {},
): Promise<Scan> {
  checkScan(model, options);
  const outside = new Map<string, number>();
  const { alphabet } = model.config;
  let [number, characters, sequences, short] = [0, 0, 0, 0];
  const queue = new WindowQueue(model, options, () => onProgress(characters));
  let open: SequenceScan | undefined;
  const end = async (): Promise<void> => {
    await open?.end();
    if (open && open.length < options.window) short++;
  };
  for await (const line of lines) {
    const found = parseFastaLine(line, ++number);
    characters += line.length;
    if (found === undefined) continue;
    if ("header" in found) {
      await end();
      sequences++;
      open = new SequenceScan(queue, nameIn(found.header), options);
    } else if (open === undefined) throw headerless(line, number);
    else {
      if (alphabet !== null) addCounts(outside, countOtherLetters([found.letters], alphabet).outside);
      await open.push(found.letters);
    }
  }
  await end();
  if (open === undefined) throw new InputRangeError("expected sequences, found none");
  await queue.read();
  return { sites: queue.sites, sequences, short, windows: queue.windows, outside };
}

/** Throws `TypeError` or `RangeError` if options are invalid, or do not fit the model. */
function checkScan({ config: { labels, alphabet } }: Classifier, options: ScanOptions): void {
  expectOptions("scan", options, ["label", "window", "step", "threshold", "strands"]);
  const { label, window, step, threshold, strands } = options;
  const isLength = (value: number, most: number): boolean => Number.isInteger(value) && value >= 1 && value <= most;
  if (!labels.includes(label)) refuse("scan", "label", `one of ${describeList(labels)}`, label);
  if (!isLength(window, Infinity)) refuse("scan", "window", "an integer of at least 1", window);
  if (!isLength(step, window)) refuse("scan", "step", `an integer from 1 to ${window}`, step);
  if (!(threshold > 0 && threshold <= 1)) refuse("scan", "threshold", "a number above 0, at most 1", threshold);
  const hasOther = alphabet === "dna" || alphabet === "rna";
  const known = hasOther ? ["+", "-", "."] : ["+", "."];
  const areKnown = Array.isArray(strands) && strands.length > 0 && strands.every((strand) => known.includes(strand));
  if (!areKnown) refuse("scan", "strands", `a list of ${known.join(", ")}`, strands);
}

/** Number of windows that are classified together. */
const WINDOWS_PER_BLOCK = 2048;

/** A window that waits to be classified. */
interface Waiting {
  /** The regions of its sequence on each strand. */
  readonly regions: readonly Regions[];
  readonly start: number;
  /** The letters of the window. */
  readonly text: string;
  /** Whether it is the last one of its sequence. */
  isLast?: boolean;
}

/** The windows of one sequence after the other, which are classified in blocks, and the sites that are found. */
class WindowQueue {
  /** Number of windows that were taken. */
  windows = 0;
  /** The sites of the sequences that have been read to their ends. */
  readonly sites: Site[] = [];
  #model: Classifier;
  #options: ScanOptions;
  #onRead: () => void;
  #waiting: Waiting[] = [];

  constructor(model: Classifier, options: ScanOptions, onRead: () => void) {
    this.#model = model;
    this.#options = options;
    this.#onRead = onRead;
  }

  /** Takes a window, and reads those that wait if they are enough. */
  async add(next: Waiting): Promise<void> {
    const { alphabet } = this.#model.config;
    if (alphabet !== null && !isMostlyPlain(next.text, alphabet)) return;
    this.windows++;
    this.#waiting.push(next);
    if (this.#waiting.length === WINDOWS_PER_BLOCK) await this.read();
  }

  /** Takes the end of a sequence: its sites are kept as soon as its last window is read. */
  end(regions: readonly Regions[]): void {
    const last = this.#waiting.at(-1);
    if (last?.regions === regions) last.isLast = true;
    else this.#close(regions);
  }

  /** Reads all windows that wait. */
  async read(): Promise<void> {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    this.#waiting = [];
    const { label, window, strands } = this.#options;
    const { alphabet } = this.#model.config;
    const texts = waiting.map(({ text }) => text);
    const found: (readonly number[])[] = [];
    for (const strand of strands) {
      const own = strand === "-" ? texts.map((text) => reverseComplement(text, alphabet!)) : texts;
      found.push((await this.#model.classify(own)).map(({ probabilities }) => probabilities[label]));
    }
    waiting.forEach(({ regions, start, isLast }, i) => {
      regions.forEach((own, strand) => own.add({ start, end: start + window }, found[strand][i]));
      if (isLast) this.#close(regions);
    });
    this.#onRead();
  }

  /** Keeps the sites of a sequence, by position. */
  #close(regions: readonly Regions[]): void {
    for (const own of regions) own.close();
    const sites = regions.flatMap(({ sites }) => sites).sort((a, b) => a.start - b.start || a.end - b.end);
    for (const site of sites) this.sites.push(site);
  }
}

/** The windows of one sequence, whose letters arrive in parts. */
class SequenceScan {
  #queue: WindowQueue;
  #options: ScanOptions;
  #regions: readonly Regions[];
  /** Letters whose windows have not all been taken, and the position of the first. */
  #letters = "";
  #start = 0;
  /** The start of the next window. */
  #next = 0;

  constructor(queue: WindowQueue, name: string, options: ScanOptions) {
    this.#queue = queue;
    this.#options = options;
    this.#regions = options.strands.map((strand) => new Regions(name, strand, options.threshold));
  }

  /** Number of letters so far. */
  get length(): number {
    return this.#start + this.#letters.length;
  }

  /** Takes letters, whose windows follow as soon as there are enough for a block. */
  async push(letters: string): Promise<void> {
    this.#letters += asSequence(letters);
    const { window, step } = this.#options;
    if (this.length < this.#next + window + step * WINDOWS_PER_BLOCK) return;
    await this.#addWindows();
    this.#drop(Math.min(this.#next, this.length - window));
  }

  /** Forgets the letters before a position. */
  #drop(end: number): void {
    this.#letters = this.#letters.slice(end - this.#start);
    this.#start = end;
  }

  /** Adds the remaining windows, the last of which ends where the sequence does. */
  async end(): Promise<void> {
    const { window, step } = this.#options;
    await this.#addWindows();
    const isOpen = this.#next - step + window < this.length;
    if (isOpen && this.length >= window) await this.#add(this.length - window);
    this.#queue.end(this.#regions);
    this.#drop(this.length);
  }

  /** Adds the next windows of which all letters are there, and moves on to those after them. */
  async #addWindows(): Promise<void> {
    const { window, step } = this.#options;
    for (; this.#next + window <= this.length; this.#next += step) await this.#add(this.#next);
  }

  async #add(start: number): Promise<void> {
    const from = start - this.#start;
    const text = this.#letters.slice(from, from + this.#options.window);
    await this.#queue.add({ regions: this.#regions, start, text });
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
