/** The advice of madvise that asks for huge pages. */
const MADV_HUGEPAGE = 14;

/** The part of Deno that finds the memory's address and calls a function of the system. */
interface ForeignFunctions {
  readonly build: { readonly os: string };
  dlopen(
    path: string,
    symbols: Record<string, unknown>,
  ): { readonly symbols: Record<string, (...args: unknown[]) => unknown> };
  readonly UnsafePointer: { of(bytes: Uint8Array): unknown };
}

/**
 * Asks Linux to back a memory, and what it will grow to, with pages of 2 MiB instead of 4 KiB. A training step touches
 * more memory than the processor knows the small pages of, so that their addresses are translated again and again. It
 * is advice: a system without huge pages goes on without them.
 */
export function adviseHugePages(memory: WebAssembly.Memory): void {
  const deno = (globalThis as unknown as { readonly Deno: ForeignFunctions }).Deno;
  if (deno.build.os !== "linux") return;
  try {
    const parameters = ["pointer", "usize", "i32"];
    const { symbols } = deno.dlopen("libc.so.6", { madvise: { parameters, result: "i32" } });
    // The memory's maximum size is reserved up front.
    symbols.madvise(deno.UnsafePointer.of(new Uint8Array(memory.buffer)), 2n ** 32n, MADV_HUGEPAGE);
  } catch {
    // Another C library.
  }
}
