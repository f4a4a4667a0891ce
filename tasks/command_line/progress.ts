/** Where a piece of work stands. */
export interface ProgressState {
  /** Steps done. */
  readonly step: number;
  /** Steps in all. */
  readonly steps: number;
  /** The present loss in nats per token. */
  readonly loss: number;
  /** Tokens per second. */
  readonly tokensPerSecond: number;
  /** Seconds left, as far as can be told. */
  readonly secondsLeft: number;
}

const REDRAW = 100;
const LINE_INTERVAL = 5000;

/** Seconds as `1:02:03` or `2:03`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const two = (n: number): string => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A line of at most `width` characters: a bar where there is room for one, then the figures. */
export function formatProgress(state: ProgressState, width: number): string {
  const { step, steps, loss, tokensPerSecond, secondsLeft } = state;
  const figures =
    `step ${step}/${steps}  loss ${loss.toFixed(3)}  ${Math.round(tokensPerSecond).toLocaleString("en")} tokens/s  ` +
    `${formatDuration(secondsLeft)} left`;
  const room = Math.min(40, width - figures.length - 3);
  if (room < 5) return figures.slice(0, Math.max(0, width));
  const done = Math.round(room * Math.min(1, step / Math.max(1, steps)));
  return `[${"#".repeat(done)}${"-".repeat(room - done)}] ${figures}`;
}

/** Shows progress on standard error: one line that is redrawn on a terminal, now and then a plain line elsewhere. */
export class Progress {
  #isTerminal: boolean;
  #write: (text: string) => void;
  #last = 0;
  #isDrawn = false;

  /** `isTerminal` and `write` are those of standard error unless given. */
  constructor(options: { readonly isTerminal?: boolean; readonly write?: (text: string) => void } = {}) {
    this.#isTerminal = options.isTerminal ?? Deno.stderr.isTerminal();
    this.#write = options.write ?? ((text) => void Deno.stderr.writeSync(new TextEncoder().encode(text)));
  }

  /** Shows where the work stands, not too often. */
  update(state: ProgressState): void {
    const now = performance.now();
    if (this.#last > 0 && now - this.#last < (this.#isTerminal ? REDRAW : LINE_INTERVAL)) return;
    this.#last = now;
    if (!this.#isTerminal) return this.#write(formatProgress(state, 100) + "\n");
    this.#write(`\r\x1b[K${formatProgress(state, columns() - 1)}`);
    this.#isDrawn = true;
  }

  /** Takes the line away, so that something else can be written. */
  clear(): void {
    if (this.#isDrawn) this.#write("\r\x1b[K");
    this.#isDrawn = false;
  }
}

function columns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}
