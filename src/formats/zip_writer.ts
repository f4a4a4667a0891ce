import { InputRangeError } from "../../errors.ts";

/** Signatures of the end of the directory, of an entry in it, and of a file. */
const [END, ENTRY, FILE] = [0x06054b50, 0x02014b50, 0x04034b50];

/** Sizes of a file's header, of an entry of the directory and of its end, without names. */
const [FILE_SIZE, ENTRY_SIZE, END_SIZE] = [30, 46, 22];

/** The version of the format that a reader must know: 2.0. The flag says that names are UTF-8. */
const [VERSION, UTF8] = [20, 0x800];

/** The first of January 1980, the earliest date that an archive can have: equal contents make equal bytes. */
const DATE = 0x21;

/** Maximum size of an archive without 64-bit fields, and maximum number of its files. */
const [MAX_BYTES, MAX_FILES] = [2 ** 32 - 2, 2 ** 16 - 2];

/** A file to put in an archive. */
export interface ZipContent {
  /** The name, with slashes between folders. */
  readonly name: string;
  /** The content. */
  readonly bytes: Uint8Array;
}

/**
 * Encodes files as the parts of one ZIP archive, stored as they are: some parts are views of the contents, which must
 * not change until the parts are written. Throws `RangeError` if the archive would exceed 4 GiB or 65,534 files.
 *
 * @param alignment Contents begin at multiples of this number of bytes. Default: 1.
 */
export function encodeZipParts(files: readonly ZipContent[], alignment: number = 1): Uint8Array[] {
  if (files.length > MAX_FILES) {
    throw new InputRangeError(`encode a zip archive: expected at most ${MAX_FILES} files, found ${files.length}`);
  }
  const parts: Uint8Array[] = [];
  const entries: Uint8Array[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const path = new TextEncoder().encode(name);
    const fields = { path, size: bytes.length, crc: crc32(bytes), offset };
    const padding = paddingFor(offset + FILE_SIZE + path.length, alignment);
    parts.push(fileHeader(fields, padding), bytes);
    entries.push(directoryEntry(fields));
    offset += FILE_SIZE + path.length + padding + bytes.length;
    if (offset > MAX_BYTES) throw new InputRangeError("encode a zip archive: expected less than 4 GiB, found more");
  }
  const size = entries.reduce((sum, { length }) => sum + length, 0);
  return [...parts, ...entries, endOf(files.length, offset, size)];
}

/** The size of an extra field that puts what follows a header at a multiple of the alignment: 0, or at least 4. */
function paddingFor(end: number, alignment: number): number {
  const gap = (alignment - end % alignment) % alignment;
  return gap > 0 && gap < 4 ? gap + alignment : gap;
}

interface Fields {
  readonly path: Uint8Array;
  readonly size: number;
  readonly crc: number;
  readonly offset: number;
}

function fileHeader({ path, size, crc }: Fields, padding: number): Uint8Array {
  const header = new Uint8Array(FILE_SIZE + path.length + padding);
  const view = new DataView(header.buffer);
  view.setUint32(0, FILE, true);
  writeShared(view, 4, { size, crc, path });
  view.setUint16(28, padding, true);
  header.set(path, FILE_SIZE);
  if (padding > 0) {
    // PyTorch pads with a field of this type as well.
    view.setUint16(FILE_SIZE + path.length, 0x4246, true);
    view.setUint16(FILE_SIZE + path.length + 2, padding - 4, true);
  }
  return header;
}

function directoryEntry({ path, size, crc, offset }: Fields): Uint8Array {
  const entry = new Uint8Array(ENTRY_SIZE + path.length);
  const view = new DataView(entry.buffer);
  view.setUint32(0, ENTRY, true);
  view.setUint16(4, VERSION, true);
  writeShared(view, 6, { size, crc, path });
  view.setUint32(42, offset, true);
  entry.set(path, ENTRY_SIZE);
  return entry;
}

/** Writes the fields that a file's header and its entry of the directory share. */
function writeShared(view: DataView, at: number, { size, crc, path }: Omit<Fields, "offset">): void {
  view.setUint16(at, VERSION, true);
  view.setUint16(at + 2, UTF8, true);
  view.setUint16(at + 8, DATE, true);
  view.setUint32(at + 10, crc, true);
  view.setUint32(at + 14, size, true);
  view.setUint32(at + 18, size, true);
  view.setUint16(at + 22, path.length, true);
}

function endOf(count: number, start: number, size: number): Uint8Array {
  const end = new Uint8Array(END_SIZE);
  const view = new DataView(end.buffer);
  view.setUint32(0, END, true);
  view.setUint16(8, count, true);
  view.setUint16(10, count, true);
  view.setUint32(12, size, true);
  view.setUint32(16, start, true);
  return end;
}

/** Eight tables, so that eight bytes take one step. */
const TABLES: readonly Uint32Array[] = crcTables();

function crcTables(): Uint32Array[] {
  const first = Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ crc >>> 1 : crc >>> 1;
    return crc;
  });
  const tables = [first];
  for (let i = 1; i < 8; i++) tables.push(tables[i - 1].map((crc) => first[crc & 255] ^ crc >>> 8));
  return tables;
}

/** Computes the CRC-32 of bytes (ISO 3309). */
export function crc32(bytes: Uint8Array): number {
  const [a, b, c, d, e, f, g, h] = TABLES;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let [crc, at] = [0xffffffff, 0];
  for (; at + 8 <= bytes.length; at += 8) {
    const [low, high] = [view.getUint32(at, true) ^ crc, view.getUint32(at + 4, true)];
    crc = h[low & 255] ^ g[low >>> 8 & 255] ^ f[low >>> 16 & 255] ^ e[low >>> 24] ^
      d[high & 255] ^ c[high >>> 8 & 255] ^ b[high >>> 16 & 255] ^ a[high >>> 24];
  }
  for (; at < bytes.length; at++) crc = a[(crc ^ bytes[at]) & 255] ^ crc >>> 8;
  return ~crc >>> 0;
}
