/** Gives out text except for an end that may yet become a stop text. */
export class StopFilter {
  #stops: readonly string[];
  #held = "";
  #stopped = false;

  /** Throws a RangeError for an empty stop text. */
  constructor(stops: readonly string[]) {
    if (stops.includes("")) throw new RangeError("generate: expected stop texts, found an empty one");
    this.#stops = stops;
  }

  /** Whether a stop text has come. */
  get isStopped(): boolean {
    return this.#stopped;
  }

  /** Takes the next piece; gives what is certain to be no part of a stop text. */
  push(piece: string): string {
    if (this.#stops.length === 0) return piece;
    const text = this.#held + piece;
    const found = this.#stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0);
    if (found.length > 0) {
      this.#stopped = true;
      this.#held = "";
      return text.slice(0, Math.min(...found));
    }
    const kept = Math.max(0, ...this.#stops.map((stop) => overlap(text, stop)));
    this.#held = text.slice(text.length - kept);
    return text.slice(0, text.length - kept);
  }

  /** Gives what was held back, when the text has ended. */
  flush(): string {
    const text = this.#held;
    this.#held = "";
    return text;
  }
}

/** Length of the longest end of `text` with which `stop` begins. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
