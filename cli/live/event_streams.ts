/** Milliseconds after which a page that has lost its connection, or has been refused, tries again. */
export const RETRY_MS = 2000;

/** The streams of events to the open pages. */
export class EventStreams {
  #open = new Set<EventStream>();

  /** Number of open streams. */
  get count(): number {
    return this.#open.size;
  }

  /** Opens a stream. */
  open(): EventStream {
    const stream = new EventStream((closed) => this.#open.delete(closed));
    this.#open.add(stream);
    return stream;
  }

  /** Sends an event to all pages. */
  send(name: string, data: unknown): void {
    for (const stream of this.#open) stream.send(name, data);
  }

  /** Ends all streams. */
  end(): void {
    for (const stream of this.#open) stream.end();
  }
}

/**
 * Server-sent events to a page. Of each name only the newest event waits for a page that reads slowly, so that sending
 * never blocks and nothing piles up.
 */
export class EventStream {
  /** The body of the answer. */
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  #waiting = new Map<string, string>([["retry", `retry: ${RETRY_MS}\n\n`]]);
  #isEnded = false;
  #changed: (() => void) | undefined;

  /** @param onClose Called when everything has been read, or the reader has gone. */
  constructor(onClose: (stream: EventStream) => void) {
    let isGone = false;
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> => {
      if (this.#waiting.size === 0 && !this.#isEnded) await new Promise<void>((resolve) => this.#changed = resolve);
      if (isGone) return;
      if (this.#waiting.size > 0) return controller.enqueue(new TextEncoder().encode(this.#take()));
      onClose(this);
      controller.close();
    };
    const cancel = (): void => {
      isGone = true;
      onClose(this);
      this.end();
    };
    this.body = new ReadableStream({ pull, cancel }, { highWaterMark: 0 });
  }

  /** Sends an event. */
  send(name: string, data: unknown): void {
    if (this.#isEnded) return;
    this.#waiting.set(name, `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
    this.#changed?.();
  }

  /** Ends the stream after what has been sent. */
  end(): void {
    this.#isEnded = true;
    this.#changed?.();
  }

  #take(): string {
    const text = [...this.#waiting.values()].join("");
    this.#waiting.clear();
    return text;
  }
}
