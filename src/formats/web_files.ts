import { InputRangeError } from "../../errors.ts";
import { ByteReader } from "./byte_reader.ts";
import type { FileSource, OpenFile } from "./opened_files.ts";
import { reasonOf } from "./system_errors.ts";

/** How much of a file has arrived. */
export interface LoadProgress {
  /** The name of the file. */
  readonly file: string;
  /** Number of bytes that have arrived. */
  readonly loaded: number;
  /** Size of the file in bytes; undefined if the server does not say it. */
  readonly total: number | undefined;
}

/** Options of `WebFiles`. */
export interface WebFilesOptions {
  /** Requests the files. Default: the global `fetch`. */
  readonly fetch?: typeof fetch;
  /** Called whenever bytes of a file have arrived. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/** Statuses of servers that do not have a file; some storage services refuse access to files that do not exist. */
const MISSING = [403, 404, 410];

/** The files below a URL, each of which is requested once. */
export class WebFiles implements FileSource {
  #base: URL;
  #fetch: typeof fetch;
  #onProgress: WebFilesOptions["onProgress"];
  #stop = new AbortController();
  #downloads = new Map<string, Promise<Download | string>>();

  /** `url` names the directory; its query is part of every request. */
  constructor(url: URL, { fetch = globalThis.fetch, onProgress }: WebFilesOptions = {}) {
    this.#base = new URL(url);
    this.#base.hash = "";
    if (!this.#base.pathname.endsWith("/")) this.#base.pathname += "/";
    this.#fetch = fetch;
    this.#onProgress = onProgress;
  }

  get action(): string {
    return `read ${this.pathOf("")}`;
  }

  /** Leaves out what may be secret: the user, the password and the query. */
  pathOf(name: string): string {
    return `${this.#base.origin}${this.#base.pathname}${name}`;
  }

  async open(names: readonly string[], optional: readonly string[]): Promise<ReadonlyMap<string, OpenFile>> {
    const wanted = [...names, ...optional];
    try {
      const found = await Promise.all(wanted.map((name) => this.#request(name)));
      const files = new Map<string, OpenFile>();
      for (const [i, download] of found.entries()) {
        if (download instanceof Download) files.set(wanted[i], download);
        else if (i < names.length) throw this.#error(wanted[i], `expected a file, found ${download}`);
      }
      return files;
    } catch (error) {
      this.#stop.abort();
      throw error;
    }
  }

  #request(name: string): Promise<Download | string> {
    const known = this.#downloads.get(name);
    if (known) return known;
    const started = this.#start(name);
    this.#downloads.set(name, started);
    return started;
  }

  /** Starts to download a file; returns what was found if it does not exist. */
  async #start(name: string): Promise<Download | string> {
    const url = new URL(this.#base);
    url.pathname += name;
    // Browsers refuse to call their own `fetch` as a method of something else.
    const fetch = this.#fetch;
    const response = await fetch(url, { signal: this.#stop.signal }).catch((error) => {
      throw this.#error(name, `expected an answer, found none: ${reasonOf(error)}`);
    });
    const { ok, status, headers, body } = response;
    if (ok && !headers.get("content-type")?.startsWith("text/html")) {
      return new Download(response, {
        arrived: (loaded, total) => this.#onProgress?.({ file: name, loaded, total }),
        abandoned: () => this.#downloads.delete(name),
      });
    }
    await body?.cancel();
    // Many servers answer with their start page or a form to log in, instead of saying that a file does not exist.
    if (ok) return "a web page";
    if (MISSING.includes(status)) return `HTTP status ${status}`;
    throw this.#error(name, `expected a file, found HTTP status ${status}`);
  }

  #error(name: string, what: string): InputRangeError {
    return new InputRangeError(`read ${this.pathOf(name)}: ${what}`);
  }
}

/** The reports of a download. */
interface DownloadEvents {
  /** Bytes have arrived, in all `loaded` of `total`, if that is known. */
  readonly arrived: (loaded: number, total: number | undefined) => void;
  /** The download was closed before it ended. */
  readonly abandoned: () => void;
}

/** A file that arrives. What has arrived stays in memory, so that it can be read again. */
class Download implements OpenFile {
  readonly size = undefined;
  #chunks: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #bytes: ByteReader;
  #events: DownloadEvents;
  #isComplete = false;

  constructor({ body, headers }: Response, events: DownloadEvents) {
    this.#chunks = body?.getReader();
    this.#events = events;
    // The length of a compressed body is not that of the file.
    const length = headers.get("content-encoding") === null ? headers.get("content-length") : null;
    this.#bytes = new ByteReader(this.#receive(length === null ? undefined : Number(length)));
  }

  async read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
    return (await this.#bytes.peek(end)).subarray(start) as Uint8Array<ArrayBuffer>;
  }

  async close(): Promise<void> {
    if (this.#isComplete) return;
    this.#events.abandoned();
    await this.#chunks?.cancel().catch(() => {});
  }

  async *#receive(length: number | undefined): AsyncGenerator<Uint8Array, void, void> {
    for (let loaded = 0;;) {
      const chunk = await this.#chunks?.read().catch((error) => {
        throw new InputRangeError(
          `expected ${length ?? "all its"} bytes, found an end after ${loaded}: ${reasonOf(error)}`,
        );
      });
      if (!chunk || chunk.done) break;
      loaded += chunk.value.length;
      this.#events.arrived(loaded, length !== undefined && loaded <= length ? length : undefined);
      yield chunk.value;
    }
    this.#isComplete = true;
  }
}
