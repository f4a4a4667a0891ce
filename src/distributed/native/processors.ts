/** The part of Deno that calls functions of the system. */
interface ForeignFunctions {
  readonly build: { readonly os: string };
  dlopen(path: string, symbols: Record<string, unknown>): {
    // deno-lint-ignore no-explicit-any
    readonly symbols: Record<string, (...args: any[]) => any>;
  };
}

const deno = (globalThis as unknown as { readonly Deno?: ForeignFunctions }).Deno;

/** Bytes of a set of processors: 1,024 of them. */
const SET_BYTES = 128;

// deno-lint-ignore no-explicit-any
let system: Record<string, (...args: any[]) => any> | undefined;

// deno-lint-ignore no-explicit-any
function functions(): Record<string, (...args: any[]) => any> {
  if (system) return system;
  try {
    system = deno?.build.os === "linux"
      ? deno.dlopen("libc.so.6", {
        sched_yield: { parameters: [], result: "i32" },
        sched_getaffinity: { parameters: ["i32", "usize", "buffer"], result: "i32" },
      }).symbols
      : {};
  } catch {
    // Another C library.
    system = {};
  }
  return system;
}

/** Lets another process run on this processor, if one waits for it. */
export function yieldProcessor(): void {
  functions().sched_yield?.();
}

/** Lists the processors that this process may use; undefined if the system does not say. */
export function ownProcessors(): number[] | undefined {
  const set = new Uint8Array(SET_BYTES);
  const { sched_getaffinity: affinity } = functions();
  if (affinity === undefined || affinity(0, SET_BYTES, set) < 0) return undefined;
  return Array.from({ length: SET_BYTES * 8 }, (_, i) => i).filter((i) => set[i >> 3] >> (i & 7) & 1);
}
