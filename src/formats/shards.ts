import { InputRangeError } from "../../errors.ts";
import type { NamedArray } from "./elements.ts";
import { encodeSafetensorsParts } from "./safetensors.ts";

/** Options of `encodeShards`. */
export interface ShardOptions {
  /** Maximum number of bytes of tensors in a file; a larger tensor has a file of its own. Default: 5 GB. */
  readonly maxShardBytes?: number;
  /** Texts for the header of each file. Default: none. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** The beginning of the names of the files. Default: "model". */
  readonly name?: string;
}

/** The default of Hugging Face's libraries. */
const MAX_SHARD_BYTES = 5e9;

/**
 * Encodes tensors as safetensors files of a limited size, as Hugging Face's libraries do: `model.safetensors` if one
 * suffices, otherwise `model-00001-of-00003.safetensors` and so on, and `model.safetensors.index.json`, which lists the
 * file of each tensor. The tensors' memory must not change until the files are written.
 *
 * @param tensors The tensors, which keep their order.
 * @param options The size of a file, texts for the headers, and the beginning of the names.
 * @returns The contents by name: parts to write one after another, or a text.
 * @throws {RangeError} If the size is not a whole number above 0, or as {@linkcode encodeSafetensorsParts} does.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeShards } from "@elman/elman/formats";
 *
 * const tensors = ["a", "b"].map((name) => ({ name, shape: [4], data: new Float32Array(4) }));
 * const files = encodeShards(tensors, { maxShardBytes: 16 });
 * assertEquals(Object.keys(files), [
 *   "model-00001-of-00002.safetensors",
 *   "model-00002-of-00002.safetensors",
 *   "model.safetensors.index.json",
 * ]);
 * ```
 */
export function encodeShards(
  tensors: Iterable<NamedArray>,
  options: ShardOptions = {},
): Record<string, Uint8Array[] | string> {
  const { maxShardBytes = MAX_SHARD_BYTES, metadata = {}, name = "model" } = options;
  if (!Number.isSafeInteger(maxShardBytes) || maxShardBytes < 1) {
    throw new InputRangeError(`encode shards: expected a size of at least 1 byte, found ${maxShardBytes}`);
  }
  const all = [...tensors];
  refuseEqualNames(all);
  const shards = split(all, maxShardBytes);
  if (shards.length <= 1) return { [`${name}.safetensors`]: encodeSafetensorsParts(shards[0] ?? [], metadata) };
  const digits = (n: number): string => String(n).padStart(5, "0");
  const files: Record<string, Uint8Array[] | string> = {};
  const weights: [string, string][] = [];
  let total = 0;
  for (const [i, shard] of shards.entries()) {
    const file = `${name}-${digits(i + 1)}-of-${digits(shards.length)}.safetensors`;
    files[file] = encodeSafetensorsParts(shard, metadata);
    for (const tensor of shard) {
      weights.push([tensor.name, file]);
      total += tensor.data.byteLength;
    }
  }
  const index = { metadata: { total_size: total }, weight_map: Object.fromEntries(weights) };
  return { ...files, [`${name}.safetensors.index.json`]: `${JSON.stringify(index, null, 2)}\n` };
}

/** Throws `RangeError` if two tensors have one name, of which the index would keep one. */
function refuseEqualNames(tensors: readonly NamedArray[]): void {
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (names.has(name)) throw new InputRangeError(`encode shards: expected different names, found ${name} twice`);
    names.add(name);
  }
}

function split(tensors: Iterable<NamedArray>, most: number): NamedArray[][] {
  const shards: NamedArray[][] = [];
  let left = 0;
  for (const tensor of tensors) {
    const { byteLength } = tensor.data;
    if (shards.length === 0 || byteLength > left) {
      shards.push([]);
      left = most;
    }
    shards.at(-1)!.push(tensor);
    left -= byteLength;
  }
  return shards;
}
