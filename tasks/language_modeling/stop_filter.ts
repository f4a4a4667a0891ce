import { InputRangeError } from "../../errors.ts";

/** Passes text on up to the first stop text, holding back an end that may be the beginning of one. */
export class StopFilter {
  #stops: readonly string[];
  #held = "";
  #stopped = false;

  /** Throws `RangeError` if a stop text is empty. */
  constructor(stops: readonly string[]) {
    if (stops.includes("")) throw new InputRangeError("generate: expected stop texts, found an empty one");
    this.#stops = stops;
  }

  /** Whether a stop text has occurred. */
  get isStopped(): boolean {
    return this.#stopped;
  }

  /** Adds the next piece; returns the text that cannot be part of a stop text. */
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

  /** Returns the text held back, at the end of generation. */
  flush(): string {
    const text = this.#held;
    this.#held = "";
    return text;
  }
}

/** Length of the longest suffix of `text` that is a proper prefix of `stop`. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--) {
    if (text.endsWith(stop.slice(0, length))) return length;
  }
  return 0;
}
