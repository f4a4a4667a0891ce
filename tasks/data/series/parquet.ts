import { InputRangeError } from "../../../errors.ts";
import { decompress } from "../../../src/formats/compression.ts";
import { importPackage, type NpmPackage } from "../npm_package.ts";
import type { Table } from "../tables/mod.ts";

/** The npm package that reads Parquet. */
export const PARQUET_PACKAGE: NpmPackage = { name: "hyparquet", version: "1.31.5" };

/** The part of the package that is used. */
interface Reader {
  parquetReadObjects(options: {
    readonly file: ArrayBuffer;
    readonly compressors: Readonly<Record<string, (bytes: Uint8Array, length: number) => Uint8Array>>;
  }): Promise<Readonly<Record<string, unknown>>[]>;
  parquetMetadata(
    file: ArrayBuffer,
  ): { readonly schema: readonly { readonly name: string; readonly num_children?: number }[] };
}

/** Whether bytes are those of a Parquet file. */
export function isParquet(bytes: Uint8Array): boolean {
  return ["P", "A", "R", "1"].every((character, i) => bytes[i] === character.charCodeAt(0));
}

/**
 * Reads a Parquet file as a table. Its compression may be Snappy, gzip or Zstandard.
 *
 * Throws `RangeError` if the package that reads Parquet cannot be had, or if the file is damaged.
 */
export async function readParquet(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Table> {
  const action = `read ${name}`;
  const reader = await importPackage<Reader>(PARQUET_PACKAGE, action);
  const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const decode = (bytes: Uint8Array): Uint8Array => decompress(bytes.slice(), action);
  try {
    const { schema } = reader.parquetMetadata(file);
    const rows = await reader.parquetReadObjects({ file, compressors: { GZIP: decode, ZSTD: decode } });
    const names = schema.slice(1).filter(({ name }) => rows.length === 0 || Object.hasOwn(rows[0], name))
      .map(({ name }) => name);
    return {
      format: "jsonl",
      names,
      length: rows.length,
      value: (row, column) => rows[row][names[column]],
      place: (row) => `row ${row + 1}`,
    };
  } catch (error) {
    throw new InputRangeError(`${action}: expected a Parquet file, found a damaged one: ${(error as Error).message}`);
  }
}
