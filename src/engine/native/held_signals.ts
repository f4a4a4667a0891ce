/** Holds back the signals of the thread that calls it. */
export interface HeldSignals {
  /** Lets no signal interrupt this thread. */
  hold(): void;
  /** Lets signals interrupt this thread again, those that have come meanwhile at once. */
  release(): void;
}

/**
 * Binds what holds back a thread's signals; undefined if the system has no POSIX signals. It is for oneDNN: in versions
 * up to 3.11, some products for AVX2 and AVX-512 point the stack register at the heap
 * (https://github.com/uxlfoundation/oneDNN/issues/4845), so that a signal handler, which runs on the stack of the
 * thread that it interrupts, overwrites the heap and the product. Another thread handles the signal at once. The
 * function must not refer to anything outside its body except Deno, because workers run its source text.
 */
export function holdSignals(path: string): HeldSignals | undefined {
  // deno-lint-ignore no-explicit-any
  const { build, dlopen } = (globalThis as any).Deno;
  const isDarwin = build.os === "darwin";
  const [BLOCK, SET] = isDarwin ? [1, 3] : [0, 2];
  // SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGSEGV and SIGSYS come from the thread's own instructions.
  const own = [4, 5, 6, isDarwin ? 10 : 7, 8, 11, isDarwin ? 12 : 31];
  // A sigset_t has at most 128 bytes.
  const [held, before] = [new Uint8Array(128).fill(255), new Uint8Array(128)];
  for (const signal of own) held[signal - 1 >> 3] &= ~(1 << (signal - 1 & 7));
  try {
    // The library links to the C library.
    const declaration = { pthread_sigmask: { parameters: ["i32", "buffer", "buffer"], result: "i32" } };
    const { pthread_sigmask: mask } = dlopen(path, declaration).symbols;
    let isHeld = false;
    return {
      hold() {
        if (!isHeld) mask(BLOCK, held, before);
        isHeld = true;
      },
      release() {
        if (isHeld) mask(SET, before, null);
        isHeld = false;
      },
    };
  } catch {
    return undefined;
  }
}
