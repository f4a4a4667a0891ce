import { assert, assertEquals } from "@std/assert";
import { type Build, instantiateKernels, type KernelName, type Kernels, SIGNATURES } from "../../src/kernels/mod.ts";
import { assertSameBits } from "./bounds.ts";
import { ELEMENT_BYTES } from "./checked_backend.ts";
import type { KernelShare } from "./kernel_worker.ts";
import { scalarProducts } from "./scalar_products.ts";

/** Both builds of the kernels. */
export const BUILDS: readonly Build[] = ["relaxed", "plain"];

/** Sizes around the boundaries of vector and tile loops. */
export const ODD_SIZES: readonly number[] = [0, 1, 3, 4, 5, 7, 8, 9, 33];

/** Numbers of workers that must give the same bits as one. */
const WORKER_COUNTS = [2, 3, 8];
const MAX_WORKERS = Math.max(...WORKER_COUNTS);
/** Number of guard bytes on both sides of every buffer. */
const GUARD = 64;
const GUARD_BYTE = 0xa5;
const NAN_BYTE = 0xff;

/** The contents of a buffer in the kernels' memory. */
export type Numbers = Float32Array | Float64Array | Int32Array | Uint16Array;

/** One call of a kernel. */
export interface KernelCase<Name extends string> {
  /** The kernel. */
  readonly kernel: KernelName;
  /** The buffers before the call. In memory, each is surrounded by guard bytes. */
  readonly buffers: Readonly<Record<Name, Numbers>>;
  /** The buffers that the kernel may change. */
  readonly outputs: readonly NoInfer<Name>[];
  /** Whether the kernel needs scratch memory. */
  readonly usesScratch?: boolean;
  /** The numbers that `scalarProducts` multiply, if the kernel calls a native library. Default: it calls none. */
  readonly native?: "floats" | "halves";
  /** Returns the operands for the addresses of the buffers and the scratch memory. */
  readonly operands: (at: Readonly<Record<NoInfer<Name> | "scratch", number>>) => number[];
}

/** The buffers after a call. */
export type Results<Name extends string> = Readonly<Record<Name, Numbers>>;

/** Memory with the kernels of one build, shared by all tests of a file. */
class Bench {
  readonly kernels: Kernels;
  readonly memory = new WebAssembly.Memory({ initial: 384, maximum: 384, shared: true });
  readonly bytes: Uint8Array;
  readonly scratch = GUARD;
  readonly first: number;

  constructor(build: Build, native?: "floats" | "halves") {
    const products = native && scalarProducts(this.memory, native === "halves");
    this.kernels = instantiateKernels(this.memory, build, products);
    this.bytes = new Uint8Array(this.memory.buffer);
    this.first = this.scratch + this.kernels.product_scratch() * MAX_WORKERS;
  }
}

const benches = new Map<string, Bench>();

function benchOf(build: Build, native?: "floats" | "halves"): Bench {
  const key = `${build} ${native}`;
  let bench = benches.get(key);
  if (!bench) benches.set(key, bench = new Bench(build, native));
  return bench;
}

function bytesOf(numbers: Numbers): Uint8Array {
  return new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
}

type Addresses<Name extends string> = Readonly<Record<Name | "scratch", number>>;

/** Lays out a case's buffers between guard bytes, and fills its scratch memory with NaN. */
function place<Name extends string>(
  { kernels, bytes, scratch, first }: Bench,
  { buffers, usesScratch }: KernelCase<Name>,
  workers: number,
): Addresses<Name> {
  const at = { scratch } as Record<Name | "scratch", number>;
  let end = first;
  for (const name of Object.keys(buffers) as Name[]) {
    at[name] = end + GUARD;
    end = Math.ceil((at[name] + buffers[name].byteLength) / 8) * 8;
  }
  bytes.fill(GUARD_BYTE, first, end + GUARD);
  // Reveals a kernel that reads scratch memory before writing it.
  if (usesScratch) fillWithNaN(bytes, scratch, kernels.product_scratch() * workers);
  for (const name of Object.keys(buffers) as Name[]) bytes.set(bytesOf(buffers[name]), at[name]);
  return at;
}

/** Fills bytes of a shared memory, eight at a time: V8 fills it element by element. */
function fillWithNaN({ buffer }: Uint8Array, from: number, count: number): void {
  new BigInt64Array(buffer, from, count / 8).fill(-1n);
}

/** Asserts that the kernel's signature declares no more elements than there are, and all outputs as written. */
function assertSignature<Name extends string>(
  { bytes }: Bench,
  { kernel, buffers, outputs }: KernelCase<Name>,
  at: Addresses<Name>,
  values: readonly number[],
): void {
  const { operands, usesScratch } = SIGNATURES[kernel];
  assertEquals(values.length, operands.length + (usesScratch ? 1 : 0), `${kernel}: number of operands`);
  const integers = new DataView(bytes.buffer);
  const [read, written] = [new Set<Name>(), new Set<Name>()];
  for (const [i, operand] of operands.entries()) {
    if (!("element" in operand) || values[i] === 0) continue;
    const name = (Object.keys(buffers) as Name[]).find((name) =>
      at[name] <= values[i] && values[i] <= at[name] + buffers[name].byteLength
    );
    assert(name !== undefined, `${kernel}: ${operand.name} is in no buffer`);
    (operand.kind === "reads" ? read : written).add(name);
    const extent = operand.extent(values, (address, index) => integers.getInt32(address + 4 * index, true));
    const room = (at[name] + buffers[name].byteLength - values[i]) / ELEMENT_BYTES[operand.element];
    assert(extent <= room, `${kernel}: ${operand.name} has ${extent} elements in room for ${room}`);
  }
  const wrong = outputs.find((name) => read.has(name) && !written.has(name));
  assert(wrong === undefined, `${kernel}: ${wrong} is written, but its operand is declared as read`);
}

/** Returns all buffers after a call. Checks that guard bytes and inputs are unchanged. */
function collect<Name extends string>(
  { bytes, first }: Bench,
  { kernel, buffers, outputs }: KernelCase<Name>,
  at: Addresses<Name>,
): Results<Name> {
  const results = {} as Record<Name, Numbers>;
  let open = first;
  for (const name of Object.keys(buffers) as Name[]) {
    assertGuard(bytes, open, at[name], `${kernel}, before ${name}`);
    open = at[name] + buffers[name].byteLength;
    const array = buffers[name].constructor as new (buffer: ArrayBuffer) => Numbers;
    results[name] = new array(bytes.slice(at[name], open).buffer);
    if (!outputs.includes(name)) assertSameBits(results[name], buffers[name], `${kernel}: input ${name}`);
  }
  assertGuard(bytes, open, Math.ceil(open / 8) * 8 + GUARD, `${kernel}, after the last buffer`);
  return results;
}

function assertGuard(bytes: Uint8Array, from: number, to: number, what: string): void {
  let at = from;
  while (at < to && bytes[at] === GUARD_BYTE) at++;
  assert(at >= to, `${what}: byte ${at - to} from there was overwritten`);
}

/** Runs a case with a number of workers, one after the other. Returns all buffers and checks what must not change. */
export function runKernel<Name extends string>(
  build: Build,
  workers: number,
  kernelCase: KernelCase<Name>,
): Results<Name> {
  const bench = benchOf(build, kernelCase.native);
  const at = place(bench, kernelCase, workers);
  const operands = kernelCase.operands(at);
  assertSignature(bench, kernelCase, at, operands);
  for (let worker = 0; worker < workers; worker++) bench.kernels[kernelCase.kernel](...operands, worker, workers);
  return collect(bench, kernelCase, at);
}

/** Runs a case of native products with a number of workers at the same time. Returns all buffers. */
export async function runTogether<Name extends string>(
  build: Build,
  workers: number,
  kernelCase: KernelCase<Name>,
): Promise<Results<Name>> {
  const { kernel, native } = kernelCase;
  const bench = benchOf(build, native);
  const at = place(bench, kernelCase, workers);
  const operands = kernelCase.operands(at);
  await Promise.all(Array.from({ length: workers }, async (_, index) => {
    const worker = new Worker(new URL("./kernel_worker.ts", import.meta.url), { type: "module" });
    const { promise, resolve, reject } = Promise.withResolvers();
    worker.onmessage = resolve;
    worker.onerror = reject;
    const given = { kernel, operands: [...operands, index, workers] };
    const share: KernelShare = { memory: bench.memory, build, half: native === "halves", ...given };
    worker.postMessage(share);
    await promise;
    worker.terminate();
  }));
  return collect(bench, kernelCase, at);
}

/** Asserts that each worker writes only to its own part of the scratch memory, since workers run concurrently. */
export function checkScratch<Name extends string>(kernelCase: KernelCase<Name>): void {
  for (const build of BUILDS) {
    const bench = benchOf(build);
    const [workers, size] = [3, bench.kernels.product_scratch()];
    for (let worker = 0; worker < workers; worker++) {
      const at = place(bench, kernelCase, workers);
      bench.kernels[kernelCase.kernel](...kernelCase.operands(at), worker, workers);
      const own = bench.bytes.subarray(at.scratch + worker * size, at.scratch + (worker + 1) * size);
      assert(own.some((byte) => byte !== NAN_BYTE), `${kernelCase.kernel}: worker ${worker} used no scratch memory`);
      own.fill(NAN_BYTE);
      const written = bench.bytes.subarray(at.scratch, at.scratch + workers * size).findIndex((b) => b !== NAN_BYTE);
      assert(written < 0, `${kernelCase.kernel}: worker ${worker} wrote to byte ${written} of the scratch memory`);
    }
  }
}

/**
 * Registers the tests that every kernel must pass, for both builds: `check` accepts the results, the kernel writes only
 * to its outputs, and 2, 3 and 8 workers give the same bits as one.
 */
export function checkKernel<Name extends string>(
  kernelCase: KernelCase<Name>,
  check: (results: Results<Name>, what: string) => void,
): void {
  for (const build of BUILDS) {
    const alone = runKernel(build, 1, kernelCase);
    check(alone, `${kernelCase.kernel} (${build})`);
    for (const workers of WORKER_COUNTS) {
      const shared = runKernel(build, workers, kernelCase);
      for (const name of kernelCase.outputs) {
        assertSameBits(shared[name], alone[name], `${kernelCase.kernel} (${build}), ${workers} workers, ${name}`);
      }
    }
  }
}
