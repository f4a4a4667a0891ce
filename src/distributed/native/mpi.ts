import { InputRangeError } from "../../../errors.ts";
import { type Address, Memory, offset } from "../../engine/mod.ts";
import type { Communicator, FloatRun, TransferPrecision } from "../communicator.ts";
import { addressOf, type Handle, type MPILibrary } from "./mpi_library.ts";
import { yieldProcessor } from "./processors.ts";

/** Only the thread that has started MPI calls it. */
const THREAD_FUNNELED = 1;
/** Milliseconds in which a call waits without letting anything else run, which answers fastest. */
const SPIN_MS = 20;
/** Milliseconds from which on a call rests between its looks, since a rank is busy with something longer. */
const REST_MS = 500;
/** Fewest floats that ranks sum in parts. */
const DIVIDED_COUNT = 2 ** 13;
/** The parts of numbers that ranks sum are multiples of so many. */
const PART_UNIT = 32;
/** Maximum length of a machine's name. */
const NAME_LENGTH = 1024;

/** A call that is under way. */
interface Pending {
  readonly request: BigUint64Array;
  readonly at: bigint;
  /** The memory that the library reads and writes, which must not be freed before. */
  readonly kept: readonly unknown[];
  isDone: boolean;
}

/** Connects the ranks that an MPI launcher has started. Create it once per process. */
export class MPICommunicator implements Communicator {
  readonly rank: number;
  readonly size: number;
  readonly name: string;
  readonly host: string;
  #library: MPILibrary;
  /** A second communicator, on which ranks take leave whatever others are still waiting for. */
  #leaving: Handle;
  #pending: Pending[] = [];
  /** The last sum of two calls. */
  #former: Promise<unknown> = Promise.resolve();
  #flag = new Int32Array(1);
  #flagAt: bigint;
  #bases = new WeakMap<Memory, bigint>();

  /** Starts MPI. If the launcher's ranks cannot be reached, MPI itself reports that and ends the process. */
  constructor(library: MPILibrary) {
    this.#library = library;
    const { functions, constants: { world, read } } = library;
    const number = new Int32Array(1);
    const at = addressOf(number);
    functions.MPI_Init_thread(0, 0, THREAD_FUNNELED, at);
    functions.MPI_Comm_rank(world, at);
    this.rank = number[0];
    functions.MPI_Comm_size(world, at);
    this.size = number[0];
    const handle = new BigUint64Array(1);
    functions.MPI_Comm_dup(world, addressOf(handle));
    this.#leaving = read(handle);
    const host = new Uint8Array(NAME_LENGTH);
    functions.MPI_Get_processor_name(addressOf(host), at);
    this.host = new TextDecoder().decode(host.subarray(0, number[0]));
    this.name = library.name;
    this.#flagAt = addressOf(this.#flag);
  }

  async allReduce({ engine, address, count }: FloatRun, precision: TransferPrecision = "float32"): Promise<void> {
    if (count === 0) return;
    const { memory } = engine;
    if (!(memory instanceof Memory)) {
      throw new InputRangeError("reduce over MPI: expected an engine with a WebAssembly memory, found another");
    }
    if (precision === "bf16") {
      return await this.#inOrder((former) => this.#reduceHalves({ engine, address, count }, memory, former));
    }
    // A shared memory never moves; another one may be moved by whatever allocates, so it is copied.
    if (memory.isShared && count >= DIVIDED_COUNT && this.size > 1) {
      return await this.#inOrder((former) => this.#reduceParts({ engine, address, count }, memory, former));
    }
    if (memory.isShared) return await this.#reduceFloats(this.#baseOf(memory) + BigInt(address), count, memory);
    const own = engine.floats(address, count).slice();
    await this.#reduceFloats(addressOf(own), count, own);
    engine.change(address, count, (values) => values.set(own));
  }

  /** Begins a sum of two calls; the second one waits for `former`, so that ranks make their calls in one order. */
  async #inOrder(reduce: (former: Promise<unknown>) => Promise<void>): Promise<void> {
    const reduced = reduce(this.#former);
    this.#former = reduced.catch(() => {});
    await reduced;
  }

  /**
   * Each rank sums a part of the numbers of all ranks and, after `former`, sends the sums to all. This moves as few
   * bytes as a ring, while `MPI_Iallreduce` moves all of them to one rank and back.
   */
  async #reduceParts({ engine, address, count }: FloatRun, memory: Memory, former: Promise<unknown>): Promise<void> {
    const { size, rank } = this;
    const { constants: { world, float, inPlace }, functions } = this.#library;
    const part = Math.ceil(count / size / PART_UNIT) * PART_UNIT;
    const places = Int32Array.from({ length: size }, (_, r) => Math.min(r * part, count));
    const counts = places.map((place) => Math.min(part, count - place));
    const own = counts[rank];
    const parts = engine.allocate(own * size * 4);
    const [countsAt, placesAt] = [addressOf(counts), addressOf(places)];
    const [ownCounts, ownPlaces] = [counts.map(() => own), counts.map((_, r) => r * own)];
    const [ownCountsAt, ownPlacesAt] = [addressOf(ownCounts), addressOf(ownPlaces)];
    const base = this.#baseOf(memory);
    const [from, to] = [base + BigInt(address), base + BigInt(parts.address)];
    await this.#wait(
      (request) =>
        functions.MPI_Ialltoallv(from, countsAt, placesAt, float, to, ownCountsAt, ownPlacesAt, float, world, request),
      [
        memory,
        counts,
        places,
        ownCounts,
        ownPlaces,
      ],
    );
    await former;
    const sums = offset(address, places[rank], 4);
    for (let r = 0; r < size && own > 0; r++) {
      const of = offset(parts.address, r * own, 4);
      if (r === 0) engine.run("affine", own, of, 1, 0, sums);
      else engine.run("add_scaled", own, 1, of, sums);
    }
    await this.#wait(
      (request) => functions.MPI_Iallgatherv(inPlace, 0, float, from, countsAt, placesAt, float, world, request),
      [
        memory,
        counts,
        places,
      ],
    );
    engine.release(parts);
  }

  /** Each rank sums a part of the numbers of all ranks, rounds the sums and, after `former`, sends them to all. */
  async #reduceHalves({ engine, address, count }: FloatRun, memory: Memory, former: Promise<unknown>): Promise<void> {
    const { size } = this;
    const { constants: { world, byte }, functions } = this.#library;
    const part = Math.ceil(count / size / PART_UNIT) * PART_UNIT;
    const bytes = part * 2;
    // At first the rounded numbers, then the sums as floats, then all sums; and what the other ranks send.
    const [own, parts] = [engine.allocate(Math.max(bytes * size, part * 4)), engine.allocate(bytes * size)];
    engine.run("to_half", count, address, own.address);
    await this.#transfer(
      memory,
      [own.address, bytes * size],
      [parts.address, bytes * size],
      (from, to, request) => functions.MPI_Ialltoall(from, bytes, byte, to, bytes, byte, world, request),
    );
    await former;
    for (let r = 0; r < size; r++) {
      engine.run("from_half", r === 0 ? 0 : 1, part, offset(parts.address, r * part, 2), own.address);
    }
    engine.run("to_half", part, own.address, parts.address);
    await this.#transfer(
      memory,
      [parts.address, bytes],
      [own.address, bytes * size],
      (from, to, request) => functions.MPI_Iallgather(from, bytes, byte, to, bytes, byte, world, request),
    );
    engine.run("from_half", 0, count, own.address, address);
    engine.release(own);
    engine.release(parts);
  }

  /** Makes a call that reads bytes of a memory and writes others, each given by its address and number. */
  async #transfer(
    memory: Memory,
    [from, fromBytes]: readonly [Address, number],
    [to, toBytes]: readonly [Address, number],
    begin: (from: bigint, to: bigint, request: bigint) => number,
  ): Promise<void> {
    if (memory.isShared) {
      const base = this.#baseOf(memory);
      await this.#wait((request) => begin(base + BigInt(from), base + BigInt(to), request), [memory]);
      return;
    }
    const sent = memory.integers(from, fromBytes / 4).slice();
    const received = new Int32Array(toBytes / 4);
    const [sentAt, receivedAt] = [addressOf(sent), addressOf(received)];
    await this.#wait((request) => begin(sentAt, receivedAt, request), [sent, received]);
    memory.place(received, to);
  }

  async sum(values: readonly number[]): Promise<number[]> {
    const own = Float64Array.from(values);
    if (own.length === 0) return [];
    const { constants: { double, sum } } = this.#library;
    await this.#reduce(addressOf(own), { count: own.length, type: double, operation: sum }, own);
    return [...own];
  }

  async union(bits: Int32Array): Promise<Int32Array> {
    const own = bits.slice();
    if (own.length === 0) return own;
    const { constants: { int, or } } = this.#library;
    await this.#reduce(addressOf(own), { count: own.length, type: int, operation: or }, own);
    return own;
  }

  async broadcast<T>(value: T): Promise<T> {
    return (await this.gather(this.rank === 0 ? value : null))[0] as T;
  }

  async gather<T>(value: T): Promise<T[]> {
    return (await this.#gather(value, this.#library.constants.world))!;
  }

  async barrier(): Promise<void> {
    await this.sum([0]);
  }

  progress(): void {
    const { functions: { MPI_Test: test }, constants: { noStatus } } = this.#library;
    for (const pending of this.#pending) {
      test(pending.at, this.#flagAt, noStatus);
      pending.isDone = this.#flag[0] !== 0;
    }
    if (this.#pending.some(({ isDone }) => isDone)) this.#pending = this.#pending.filter(({ isDone }) => !isDone);
  }

  async farewell(ending: string | null, milliseconds: number): Promise<(string | null)[] | undefined> {
    return await this.#gather(ending, this.#leaving, performance.now() + milliseconds);
  }

  abort(code: number): void {
    this.#library.functions.MPI_Abort(this.#library.constants.world, code);
  }

  async close(): Promise<void> {
    await this.barrier();
    this.#library.functions.MPI_Finalize();
  }

  /** The address of a memory's first byte. */
  #baseOf(memory: Memory): bigint {
    const base = this.#bases.get(memory) ?? addressOf(new Uint8Array(memory.wasm.buffer));
    this.#bases.set(memory, base);
    return base;
  }

  async #reduceFloats(at: bigint, count: number, kept: unknown): Promise<void> {
    const { constants: { float, sum } } = this.#library;
    await this.#reduce(at, { count, type: float, operation: sum }, kept);
  }

  async #reduce(
    at: bigint,
    { count, type, operation }: { readonly count: number; readonly type: Handle; readonly operation: Handle },
    kept: unknown,
  ): Promise<void> {
    const { functions, constants: { world, inPlace } } = this.#library;
    await this.#wait(
      (request) => functions.MPI_Iallreduce(inPlace, at, count, type, operation, world, request),
      [kept],
    );
  }

  /** Gathers JSON: first its lengths, then its bytes. Returns undefined if a rank is late. */
  async #gather<T>(value: T, ranks: Handle, end = Infinity): Promise<T[] | undefined> {
    const { functions, constants: { int, byte } } = this.#library;
    const own = new TextEncoder().encode(JSON.stringify(value) ?? "null");
    const length = Int32Array.of(own.length);
    const counts = new Int32Array(this.size);
    const [lengthAt, countsAt] = [addressOf(length), addressOf(counts)];
    const begin = (request: bigint): number =>
      functions.MPI_Iallgather(lengthAt, 1, int, countsAt, 1, int, ranks, request);
    if (!await this.#wait(begin, [length, counts], end)) return undefined;
    const places = new Int32Array(this.size);
    for (let r = 1; r < this.size; r++) places[r] = places[r - 1] + counts[r - 1];
    const all = new Uint8Array(places[this.size - 1] + counts[this.size - 1]);
    const [ownAt, allAt, placesAt] = [addressOf(own), addressOf(all), addressOf(places)];
    const collect = (request: bigint): number =>
      functions.MPI_Iallgatherv(ownAt, own.length, byte, allAt, countsAt, placesAt, byte, ranks, request);
    if (!await this.#wait(collect, [own, all, places, counts], end)) return undefined;
    const decoder = new TextDecoder();
    return Array.from(places, (at, r) => JSON.parse(decoder.decode(all.subarray(at, at + counts[r]))));
  }

  /** Begins a call and waits for its end. Returns false if it has not ended at a time, which leaves it under way. */
  async #wait(begin: (request: bigint) => number, kept: readonly unknown[], end = Infinity): Promise<boolean> {
    const request = new BigUint64Array(1);
    const pending: Pending = { request, at: addressOf(request), kept, isDone: false };
    begin(pending.at);
    this.#pending.push(pending);
    // Whoever has begun the call goes on until it awaits it.
    await undefined;
    const start = performance.now();
    for (;;) {
      this.progress();
      if (pending.isDone) return true;
      const now = performance.now();
      if (now > end) return false;
      if (now - start < SPIN_MS) yieldProcessor();
      else await new Promise((resolve) => setTimeout(resolve, now - start < REST_MS ? 0 : 5));
    }
  }
}
