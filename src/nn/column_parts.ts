import type { Address, Engine } from "../engine/mod.ts";
import { Scope, type Tensor } from "../tensor/mod.ts";

/** Bytes of packed weights that stay in a core's own cache of 2 MiB beside what else a step reads and writes. */
const CACHED_BYTES = 1.5 * 2 ** 20;

/** Recurrent weights W`[G H, H]` in parts that belong to consecutive units, each part for one worker. */
export interface ColumnParts {
  /** Units of a part; the last part may have fewer. */
  readonly share: number;
  /** Floats from the packed weights of one part to those of the next. */
  readonly size: number;
  readonly packed: Address;
}

/** Sequences for each thread up to which reading the weights takes longer than sharing columns costs. */
const MOST_SEQUENCES = 16;

/**
 * Returns the units of a part if threads should share the columns of the products of a batch with a recurrent weight:
 * if one core's cache does not hold the whole weight, and the batch is small. Returns 0 if they should share the
 * sequences.
 */
export function unitsOfPart({ engine, shape: [n, H] }: Tensor, batch: number): number {
  const { blas, threads } = engine;
  if (!blas?.packs || threads === 1 || batch > MOST_SEQUENCES * threads) return 0;
  return engine.packedBytes(H, n) > CACHED_BYTES ? Math.ceil(H / threads / 4) * 4 : 0;
}

/** Returns W^T, packed for the forward loop. Outside training it is cached. */
export function packForwardParts(weight: Tensor, share: number): ColumnParts {
  const { engine, shape: [n, H] } = weight;
  const columns = share * n / H;
  const size = partSize(engine, H, n, columns);
  const bytes = Math.ceil(H / share) * size * 4;
  const write = (to: Address): void => {
    engine.run("pack_columns", 1, H, n, arrange(engine, weight.address, [n, H], H, share), columns, size, to);
  };
  const { training } = Scope.of(engine, "recurrence");
  if (!training) return { share, size, packed: weight.derived(`${engine.packing} columns ${share}`, bytes, write) };
  const packed = engine.arena.allocate(bytes);
  write(packed);
  return { share, size, packed };
}

/** Returns W, packed for the backward loop. */
export function packBackwardParts(weight: Tensor, share: number): ColumnParts {
  const { engine, shape: [k, H] } = weight;
  const size = partSize(engine, k, H, share);
  const packed = engine.arena.allocate(Math.ceil(H / share) * size * 4);
  engine.run("pack_columns", 0, k, H, weight.address, share, size, packed);
  return { share, size, packed };
}

/** Returns a copy of rows `[G H, width]`, such as those of W or of a bias, gate by gate for the units of each part. */
export function arrange(
  engine: Engine,
  from: Address,
  [rows, width]: readonly [rows: number, width: number],
  H: number,
  share: number,
): Address {
  const order: number[] = [];
  for (let left = 0; left < H; left += share) {
    const right = Math.min(left + share, H);
    for (let gate = 0; gate < rows; gate += H) for (let unit = left; unit < right; unit++) order.push(gate + unit);
  }
  const to = engine.arena.allocate(rows * width * 4);
  engine.run("gather_rows", rows, width, engine.placeIntegers(Int32Array.from(order)), from, to);
  return to;
}

/** Returns memory for the loop's own use: `count` floats behind a counter of zero. */
export function allocateSpace(engine: Engine, count: number): Address {
  const space = engine.arena.allocate((16 + count) * 4);
  engine.run("fill", 16, 0, space);
  return space;
}

/** Floats of the largest part of a factor [k, n] in parts of `columns` columns, in whole lines of a cache. */
function partSize(engine: Engine, k: number, n: number, columns: number): number {
  const bytes = Math.max(engine.packedBytes(k, columns), engine.packedBytes(k, n % columns || columns));
  return Math.ceil(bytes / 64) * 16;
}
