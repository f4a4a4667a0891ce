/** Milliseconds between two pieces of an answer: a piece costs a server and a client as much as several events do. */
const PAUSE = 5;
/** Characters of events that may wait for a client that reads slowly, before more of them are worth a pause. */
const MOST_HELD = 2 ** 16;

/** Writes server-sent events to a stream. The first goes out at once; those that follow within 5 ms share a piece. */
export class EventWriter {
  /** The stream. */
  readonly body: ReadableStream<Uint8Array>;
  /** Called when the client has taken all events that waited. */
  onTaken: () => void = () => {};
  #controller!: ReadableStreamDefaultController<Uint8Array>;
  #encoder = new TextEncoder();
  #held = "";
  #last = -Infinity;
  #isDue = false;
  #isOpen = true;

  /** `onCancel` is called if the client goes away. */
  constructor(onCancel: () => void) {
    this.body = new ReadableStream<Uint8Array>({
      start: (controller) => {
        this.#controller = controller;
      },
      pull: () => this.#flush(),
      cancel: () => {
        this.#isOpen = false;
        onCancel();
      },
    });
  }

  /** Whether many events wait for the client. */
  get isFull(): boolean {
    return this.#held.length > MOST_HELD;
  }

  /** Adds an event with the given data, which has no line breaks. Does nothing if the client has gone away. */
  send(data: string): void {
    this.#held += `data: ${data}\n\n`;
    // What is full waits for the client alone: whoever has paused sends nothing that could push it out.
    if (this.#isDue || !this.isFull && performance.now() - this.#last < PAUSE) return;
    this.#isDue = true;
    // The events of one step of the network go out together.
    queueMicrotask(() => {
      this.#isDue = false;
      // A client that has not taken the piece before will pull.
      if (this.#isOpen && this.#controller.desiredSize! > 0) this.#flush();
    });
  }

  /** Ends the stream after all events. */
  close(): void {
    if (!this.#isOpen) return;
    this.#flush();
    this.#isOpen = false;
    this.#controller.close();
  }

  #flush(): void {
    if (!this.#isOpen || this.#held === "") return;
    const piece = this.#encoder.encode(this.#held);
    this.#held = "";
    this.#last = performance.now();
    // This may pull at once.
    this.#controller.enqueue(piece);
    this.onTaken();
  }
}
