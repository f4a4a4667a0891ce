import type * as Crypto from "node:crypto";
import type { FileHandle } from "node:fs/promises";
import { InputRangeError, InputSyntaxError } from "../../errors.ts";
import { CHECKSUMS } from "./directory_names.ts";
import { builtinModule, hasFileSystem } from "./file_system.ts";
import { readPart } from "./plain_file.ts";
import { PortableSha256 } from "./sha256.ts";

/** The SHA-256 of files, 64 hexadecimal digits each, by name. */
export type Checksums = ReadonlyMap<string, string>;

/** Bytes hashed at a time: some platforms take at most 2^31 - 1. */
const CHUNK = 2 ** 24;

/** The SHA-256 of bytes that are given in parts. */
export class Sha256 {
  #hash: { update(bytes: Uint8Array): unknown; digest(encoding: "hex"): string } = hasFileSystem()
    ? builtinModule<typeof Crypto>("node:crypto", "compute a checksum").createHash("sha256")
    : new PortableSha256();

  /** Adds bytes, which may be a view of shared memory. */
  add(bytes: Uint8Array): this {
    for (let at = 0; at < bytes.byteLength; at += CHUNK) this.#hash.update(bytes.subarray(at, at + CHUNK));
    return this;
  }

  /** Returns the hash of all bytes as hexadecimal digits. Nothing can be added after that. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}

/** Computes the SHA-256 of a file. */
export async function fileChecksum(handle: FileHandle): Promise<string> {
  const hash = new Sha256();
  const { size } = await handle.stat();
  for (let start = 0; start < size; start += CHUNK) {
    hash.add(await readPart(handle, start, Math.min(size, start + CHUNK)));
  }
  return hash.digest();
}

/** Formats checksums as `sha256sum` does, sorted by name. */
export function formatChecksums(checksums: Checksums): string {
  return [...checksums.keys()].sort().map((name) => `${checksums.get(name)}  ${name}\n`).join("");
}

/** Parses the lines that `formatChecksums` writes. Throws `SyntaxError` if anything else is in them. */
export function parseChecksums(bytes: Uint8Array): Checksums {
  const checksums = new Map<string, string>();
  const lines = new TextDecoder().decode(bytes).split("\n");
  if (lines.pop() !== "") throw new InputSyntaxError(`expected a line end at the end, found none; ${REMEDY}`);
  for (const [i, line] of lines.entries()) {
    const [, hash, name] = /^([0-9a-f]{64}) [ *](\w[\w.-]*)$/.exec(line) ?? [];
    if (hash === undefined || checksums.has(name)) {
      throw new InputSyntaxError(`expected a SHA-256 and the name of another file on line ${i + 1}; ${REMEDY}`);
    }
    checksums.set(name, hash);
  }
  return checksums;
}

const REMEDY = `restore the file, or delete ${CHECKSUMS} if the others are good`;

/** Throws `RangeError` if bytes are not those whose checksum was saved, or if none was. */
export function checkChecksum(checksums: Checksums, name: string, bytes: Uint8Array): void {
  const expected = checksums.get(name);
  const ways = `delete ${CHECKSUMS} or pass --no-verify (verify: false)`;
  if (expected === undefined) {
    throw new InputRangeError(`expected a file that ${CHECKSUMS} lists, found another; if you added it, ${ways}`);
  }
  if (new Sha256().add(bytes).digest() === expected) return;
  throw new InputRangeError(
    `expected the file that ${CHECKSUMS} records, found a damaged or edited one; if you edited it, ${ways}`,
  );
}
