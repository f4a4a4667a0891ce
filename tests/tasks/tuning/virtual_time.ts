// A clock for tests that only moves while everything waits for it, so that work of any length takes no time.

/** A clock whose time passes only in `run`. */
export class VirtualTime {
  #now = 0;
  #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  /** The time in seconds. */
  readonly now = (): number => this.#now;

  /** Waits for some seconds. */
  sleep(seconds: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ at: this.#now + seconds, wake }));
  }

  /** Runs some work to its end: whenever all of it sleeps, moves on to the next time at which something wakes. */
  async run<T>(work: Promise<T>): Promise<T> {
    let isDone = false;
    work.finally(() => isDone = true).catch(() => {});
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (isDone) return await work;
      this.#sleepers.sort((a, b) => a.at - b.at);
      const next = this.#sleepers.shift();
      if (next === undefined) throw new RangeError("virtual time: expected something that sleeps, found nothing");
      this.#now = next.at;
      next.wake();
    }
  }
}
