import { InputRangeError } from "../../errors.ts";
import type { Communicator, FloatRun, TransferPrecision } from "./communicator.ts";
import { fromHalves, sumHalves, toHalves } from "./halves.ts";

/** A call that ranks meet at: the values that they have brought so far, and the result for all. */
interface Meeting {
  readonly name: string;
  readonly brought: unknown[];
  count: number;
  readonly result: PromiseWithResolvers<unknown>;
}

/** The place where the ranks of one process meet. */
class Place {
  readonly size: number;
  #meetings: Meeting[] = [];
  /** The number of calls that each rank has made. */
  #calls: number[];
  #isClosed = false;

  constructor(size: number) {
    this.size = size;
    this.#calls = Array.from({ length: size }, () => 0);
  }

  /** Brings a rank's value to its next call; the last one to arrive combines them. */
  async meet<T, R>(rank: number, name: string, value: T, combine: (brought: readonly T[]) => R): Promise<R> {
    if (this.#isClosed) {
      throw new InputRangeError(`${name}: expected ranks that go on, found some that have been ended`);
    }
    const index = this.#calls[rank]++;
    const meeting = this.#meetings[index] ??= {
      name,
      brought: Array.from({ length: this.size }),
      count: 0,
      result: Promise.withResolvers(),
    };
    if (meeting.name !== name) {
      const error = new InputRangeError(`rank ${rank}: expected ${meeting.name}, as on other ranks, found ${name}`);
      meeting.result.promise.catch(() => {});
      meeting.result.reject(error);
      throw error;
    }
    meeting.brought[rank] = value;
    if (++meeting.count === this.size) {
      delete this.#meetings[index];
      meeting.result.resolve(combine(meeting.brought as T[]));
    }
    return await meeting.result.promise as R;
  }

  /** Refuses what is under way and all further calls. */
  close(): void {
    this.#isClosed = true;
    for (const { name, result } of Object.values(this.#meetings)) {
      result.promise.catch(() => {});
      result.reject(new InputRangeError(`${name}: expected ranks that go on, found some that have been ended`));
    }
  }
}

/** A rank of several within one process. */
class LocalRank implements Communicator {
  readonly rank: number;
  readonly name = "ranks of one process";
  readonly host = "this computer";
  #place: Place;
  #leave: Place;

  constructor(rank: number, place: Place, leave: Place) {
    this.rank = rank;
    this.#place = place;
    this.#leave = leave;
  }

  get size(): number {
    return this.#place.size;
  }

  async allReduce({ engine, address, count }: FloatRun, precision: TransferPrecision = "float32"): Promise<void> {
    const own = engine.floats(address, count).slice();
    const sums = await this.#place.meet(this.rank, "reduce", own, precision === "bf16" ? addHalves : addFloats);
    engine.change(address, count, (values) => values.set(sums));
  }

  async sum(values: readonly number[]): Promise<number[]> {
    return await this.#place.meet(
      this.rank,
      "sum",
      values,
      (all) => values.map((_, i) => all.reduce((sum, own) => sum + own[i], 0)),
    );
  }

  async union(bits: Int32Array): Promise<Int32Array> {
    const unite = (all: readonly Int32Array[]): Int32Array =>
      bits.map((_, i) => all.reduce((sum, own) => sum | own[i], 0));
    return await this.#place.meet(this.rank, "unite", bits, unite);
  }

  async broadcast<T>(value: T): Promise<T> {
    return (await this.gather(value))[0];
  }

  async gather<T>(value: T): Promise<T[]> {
    const texts = await this.#place.meet(this.rank, "gather", JSON.stringify(value) ?? "null", (all) => all);
    return texts.map((text) => JSON.parse(text));
  }

  async barrier(): Promise<void> {
    await this.gather(null);
  }

  progress(): void {}

  async farewell(ending: string | null, milliseconds: number): Promise<(string | null)[] | undefined> {
    let timer: ReturnType<typeof setTimeout>;
    const late = new Promise<undefined>((resolve) => timer = setTimeout(() => resolve(undefined), milliseconds));
    const all = this.#leave.meet(this.rank, "leave", ending, (endings) => [...endings]);
    return await Promise.race([all, late]).finally(() => clearTimeout(timer));
  }

  abort(): void {
    this.#place.close();
  }

  async close(): Promise<void> {
    await this.barrier();
  }
}

function addFloats(all: readonly Float32Array[]): Float32Array {
  const [first, ...others] = all;
  for (const other of others) for (let i = 0; i < first.length; i++) first[i] += other[i];
  return first;
}

function addHalves(all: readonly Float32Array[]): Float32Array {
  return fromHalves(sumHalves(all.map(toHalves)));
}

/**
 * Creates communicators that connect several trainings within one process, for tests of what is distributed. Run the
 * trainings at the same time, each with one of them and a model of its own.
 *
 * @example
 * ```ts
 * import { createLocalCommunicators } from "@elman/elman/distributed";
 * import { assertEquals } from "@std/assert";
 *
 * const ranks = createLocalCommunicators(3);
 * const sums = await Promise.all(ranks.map((communicator) => communicator.sum([communicator.rank, 1])));
 * assertEquals(sums, [[3, 3], [3, 3], [3, 3]]);
 * ```
 */
export function createLocalCommunicators(size: number): Communicator[] {
  if (!(Number.isSafeInteger(size) && size >= 1)) {
    throw new InputRangeError(`create communicators: expected a number of ranks of at least 1, found ${size}`);
  }
  const [place, leave] = [new Place(size), new Place(size)];
  return Array.from({ length: size }, (_, rank) => new LocalRank(rank, place, leave));
}
