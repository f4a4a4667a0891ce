import type { Communicator } from "./communicator.ts";

/**
 * The communicator of a single process: nothing is exchanged.
 *
 * @example
 * ```ts
 * import { SingleProcess } from "@elman/elman/distributed";
 * import { assertEquals } from "@std/assert";
 *
 * const communicator = new SingleProcess();
 * assertEquals([communicator.rank, communicator.size], [0, 1]);
 * assertEquals(await communicator.gather("alone"), ["alone"]);
 * ```
 */
export class SingleProcess implements Communicator {
  readonly rank = 0;
  readonly size = 1;
  readonly name = "one process";
  readonly host = "this computer";

  allReduce(): Promise<void> {
    return Promise.resolve();
  }

  sum(values: readonly number[]): Promise<number[]> {
    return Promise.resolve([...values]);
  }

  union(bits: Int32Array): Promise<Int32Array> {
    return Promise.resolve(bits);
  }

  broadcast<T>(value: T): Promise<T> {
    return Promise.resolve(value);
  }

  gather<T>(value: T): Promise<T[]> {
    return Promise.resolve([value]);
  }

  barrier(): Promise<void> {
    return Promise.resolve();
  }

  progress(): void {}

  farewell(ending: string | null): Promise<(string | null)[]> {
    return Promise.resolve([ending]);
  }

  abort(): void {}

  close(): Promise<void> {
    return Promise.resolve();
  }
}
