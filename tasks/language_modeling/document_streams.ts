import { lastAtMost } from "../data/places.ts";
import type { DocumentIds } from "./document_ids.ts";
import { type Columns, type Reading, type TokenStreams, type Window, WindowReader } from "./windows.ts";

/** Options of `DocumentStreams`. */
export interface DocumentStreamsOptions {
  /** Maximum number of streams; there are no more streams than documents. */
  readonly batch: number;
  /** Maximum number of time steps in a window. */
  readonly bptt: number;
  /**
   * Whether to divide documents much longer than a stream's share into passages that begin with a zero state, as
   * running text is divided, so that all streams have something to read.
   */
  readonly divides: boolean;
}

/**
 * Reads documents as B streams, each of which reads whole documents one after the other. A document is read from the
 * token before it to its end, whose target is the token that ends a text. It begins with a window and a zero state; its
 * last window is padded with targets of -1, and a window is no longer than what its streams have left of their
 * documents.
 *
 * Each stream has documents that follow each other, of about the same number of windows as the other streams. It reads
 * each 64 of them in the order of their lengths, the longest first, so that the streams read documents of similar
 * lengths at the same time. A single stream of whole documents reads them in their own order, so that a model which
 * learns from what it reads depends on their order alone.
 */
export class DocumentStreams implements TokenStreams {
  readonly batch: number;
  readonly bptt: number;
  readonly windows: number;
  readonly tokens: number;
  #reader: WindowReader;
  #rows: readonly Row[];

  constructor(ids: DocumentIds, { batch, bptt, divides }: DocumentStreamsOptions) {
    const documents = Array.from({ length: ids.starts.length - 1 }, (_, i): Passage => {
      return { start: ids.starts[i], length: ids.starts[i + 1] - ids.starts[i] };
    });
    const passages = divides ? divide(documents, batch, bptt) : documents;
    this.batch = Math.min(batch, passages.length);
    this.bptt = bptt;
    this.tokens = ids.length - 1;
    this.#reader = new WindowReader(ids, this.batch);
    this.#rows = distribute(passages, this.batch, bptt, { sorts: divides || this.batch > 1 });
    this.windows = this.#rows.reduce((most, { windows }) => Math.max(most, windows), 0);
  }

  async window(index: number, _epoch = 0, columns?: Columns): Promise<Window> {
    const readings = this.#rows.map((row) => row.reading(index));
    const T = readings.reduce((most, { count }) => Math.max(most, count), 0);
    return await this.#reader.read(T, (b) => readings[b], columns);
  }
}

/** Positions of a document's inputs, or of a part of them. */
interface Passage {
  readonly start: number;
  readonly length: number;
}

/** A document with no more windows than this is not divided. */
const WHOLE_WINDOWS = 16;
/** A passage is at most this share of a stream, so that the streams have about the same length. */
const STREAM_SHARE = 1 / 4;

function windowsOf({ length }: Passage, bptt: number): number {
  return Math.ceil(length / bptt);
}

function countWindows(passages: readonly Passage[], bptt: number): number {
  return passages.reduce((sum, passage) => sum + windowsOf(passage, bptt), 0);
}

/** Divides long documents at whole windows. */
function divide(documents: readonly Passage[], batch: number, bptt: number): readonly Passage[] {
  const most = Math.max(WHOLE_WINDOWS, Math.ceil(countWindows(documents, bptt) / batch * STREAM_SHARE)) * bptt;
  return documents.flatMap(({ start, length }) =>
    Array.from({ length: Math.ceil(length / most) }, (_, i): Passage => {
      return { start: start + i * most, length: Math.min(most, length - i * most) };
    })
  );
}

/** Gives each stream passages that follow each other, so that the streams have about the same number of windows. */
function distribute(
  passages: readonly Passage[],
  batch: number,
  bptt: number,
  { sorts }: { readonly sorts: boolean },
): Row[] {
  const total = countWindows(passages, bptt);
  const own = Array.from({ length: batch }, (): Passage[] => []);
  let before = 0;
  for (const passage of passages) {
    const windows = windowsOf(passage, bptt);
    own[Math.floor((before + windows / 2) / total * batch)].push(passage);
    before += windows;
  }
  return own.map((passages) => new Row(sorts ? byLength(passages) : passages, bptt));
}

/** Passages that are read together in the order of their lengths. */
const RUN = 64;

function byLength(passages: readonly Passage[]): readonly Passage[] {
  const ordered: Passage[] = [];
  for (let at = 0; at < passages.length; at += RUN) {
    ordered.push(...passages.slice(at, at + RUN).sort((a, b) => b.length - a.length));
  }
  return ordered;
}

/** The passages of a stream in the order in which it reads them. */
class Row {
  /** Number of windows. */
  readonly windows: number;
  #bptt: number;
  #starts: Float64Array;
  #lengths: Float64Array;
  /** The window with which each passage begins. */
  #firsts: Float64Array;

  constructor(ordered: readonly Passage[], bptt: number) {
    this.#bptt = bptt;
    this.#starts = Float64Array.from(ordered, ({ start }) => start);
    this.#lengths = Float64Array.from(ordered, ({ length }) => length);
    this.#firsts = new Float64Array(ordered.length);
    let windows = 0;
    for (const [i, passage] of ordered.entries()) {
      this.#firsts[i] = windows;
      windows += windowsOf(passage, bptt);
    }
    this.windows = windows;
  }

  /** The ids that the stream reads in a window. */
  reading(window: number): Reading {
    if (window >= this.windows) return { from: 0, count: 0, begins: false };
    const i = lastAtMost(this.#firsts.length, (i) => this.#firsts[i], window);
    const done = (window - this.#firsts[i]) * this.#bptt;
    const count = Math.min(this.#bptt, this.#lengths[i] - done);
    return { from: this.#starts[i] + done, count, begins: done === 0 };
  }
}
