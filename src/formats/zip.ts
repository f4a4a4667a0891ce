import { InputRangeError } from "../../errors.ts";
import { crc32 } from "./zip_writer.ts";

/** Signatures of the parts of an archive: its end, the 64-bit end, the pointer to that, an entry, and a file. */
const [END, END64, POINTER, ENTRY, FILE] = [0x06054b50, 0x06064b50, 0x07064b50, 0x02014b50, 0x04034b50];

/** The value of a 32-bit size, and of a 16-bit number of files, whose true value is in a 64-bit field. */
const [LARGE, MANY] = [0xffffffff, 0xffff];

/** Sizes of the end of the directory, of its longest comment, of the 64-bit end and of the pointer to it. */
const [END_SIZE, COMMENT_SIZE, END64_SIZE, POINTER_SIZE] = [22, 0xffff, 56, 20];

/** Sizes of an entry of the directory and of a file's header, without names. */
const [ENTRY_SIZE, FILE_SIZE] = [46, 30];

/** Deflate cannot pack bytes more tightly than this. */
const BEST_DEFLATE = 1032;

/** A file in an archive. */
interface Entry {
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly packed: number;
  readonly size: number;
  /** The CRC-32 of its content; 0 where the writer left it out, as PyTorch does if asked. */
  readonly crc: number;
  /** The offset of its header. */
  readonly start: number;
}

/** A file to read from an archive. */
export interface ZipFiles {
  /** The names of the files, in the order of the directory. */
  readonly names: readonly string[];
  /**
   * Reads a file: a view of the archive if it is stored as it is, unpacked otherwise. Throws `RangeError` if there is
   * none, or if it is damaged, as its checksum tells, encrypted or packed by another method than deflate.
   */
  read(name: string): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Reads the directory of a ZIP archive, also a 64-bit one. Files are read one by one; what they unpack to is checked
 * against their packed size first. Throws `RangeError` if the directory is damaged, or if files overlap, which lets a
 * small archive unpack to any size.
 *
 * @param maxRatio How many times the archive's own size its packed files may unpack to. Default: what deflate can do.
 */
export function openZip(bytes: Uint8Array<ArrayBuffer>, maxRatio: number = BEST_DEFLATE): ZipFiles {
  const entries = readEntries(bytes);
  const packed = entries.values().filter(({ method }) => method !== 0);
  const unpacked = packed.reduce((sum, { size }) => sum + size, 0);
  if (unpacked > maxRatio * bytes.length) {
    throw damaged(`files that unpack to ${unpacked} bytes, more than ${maxRatio} times its size`);
  }
  return {
    names: [...entries.keys()],
    read: async (name) => {
      const entry = entries.get(name);
      if (!entry) throw damaged(`no ${name} in it`);
      const content = await unpack(contentOf(bytes, name, entry), name, entry);
      if (entry.crc !== 0 && entry.crc !== crc32(content)) throw damaged(`${name} with a wrong checksum`);
      return content;
    },
  };
}

/** Reads all files of a ZIP archive by name. Throws `RangeError` as {@linkcode openZip} does. */
export async function readZip(bytes: Uint8Array<ArrayBuffer>): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const { names, read } = openZip(bytes);
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  for (const name of names) files.set(name, await read(name));
  return files;
}

/** Where the directory begins, and how many files it has. */
interface Directory {
  readonly start: number;
  readonly count: number;
}

function readEntries(bytes: Uint8Array<ArrayBuffer>): Map<string, Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { start, count } = findDirectory(view);
  const entries = new Map<string, Entry>();
  let [at, packed] = [start, 0];
  for (let n = count; n > 0; n--) {
    if (at + ENTRY_SIZE > view.byteLength || view.getUint32(at, true) !== ENTRY) {
      throw damaged("an incomplete directory");
    }
    const [nameSize, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const end = at + ENTRY_SIZE + nameSize + extra;
    if (end > view.byteLength) throw damaged("an incomplete directory");
    const name = new TextDecoder().decode(bytes.subarray(at + ENTRY_SIZE, at + ENTRY_SIZE + nameSize));
    const entry = readEntry(view, at, end - extra, end);
    packed += entry.packed;
    entries.set(name, entry);
    at = end + comment;
  }
  if (packed > view.byteLength) throw damaged("files that overlap");
  return entries;
}

/** Reads the entry at an offset, whose extra fields lie between two others. */
function readEntry(view: DataView, at: number, extra: number, end: number): Entry {
  const sizes = [view.getUint32(at + 24, true), view.getUint32(at + 20, true), view.getUint32(at + 42, true)];
  if (sizes.includes(LARGE)) {
    let field = extra;
    while (field + 4 <= end && view.getUint16(field, true) !== 1) field += 4 + view.getUint16(field + 2, true);
    for (let i = 0, place = field + 4; i < sizes.length; i++) {
      if (sizes[i] !== LARGE) continue;
      if (place + 8 > end) throw damaged("an incomplete 64-bit entry");
      sizes[i] = Number(view.getBigUint64(place, true));
      place += 8;
    }
  }
  const [size, packed, start] = sizes;
  const isEncrypted = (view.getUint16(at + 8, true) & 1) !== 0;
  const [method, crc] = [view.getUint16(at + 10, true), view.getUint32(at + 16, true)];
  return { method, isEncrypted, packed, size, crc, start };
}

function findDirectory(view: DataView): Directory {
  const last = view.byteLength - END_SIZE;
  let end = last;
  while (end >= 0 && end >= last - COMMENT_SIZE && view.getUint32(end, true) !== END) end--;
  if (end < 0 || end < last - COMMENT_SIZE) throw damaged("no list of files at its end, as if it were cut off");
  const [count, start] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)];
  if (count !== MANY && start !== LARGE) return { start, count };
  const pointer = end - POINTER_SIZE;
  if (pointer < 0 || view.getUint32(pointer, true) !== POINTER) return { start, count };
  const end64 = Number(view.getBigUint64(pointer + 8, true));
  if (end64 + END64_SIZE > view.byteLength || view.getUint32(end64, true) !== END64) {
    throw damaged("an incomplete 64-bit directory");
  }
  return {
    start: Number(view.getBigUint64(end64 + 48, true)),
    count: Number(view.getBigUint64(end64 + 32, true)),
  };
}

function contentOf(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  { start, packed, isEncrypted }: Entry,
): Uint8Array<ArrayBuffer> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (isEncrypted) throw damaged(`an encrypted ${name}`);
  if (start + FILE_SIZE > bytes.length || view.getUint32(start, true) !== FILE) throw damaged(`no ${name}`);
  const from = start + FILE_SIZE + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  if (from + packed > bytes.length) throw damaged(`an incomplete ${name}`);
  return bytes.subarray(from, from + packed);
}

async function unpack(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  { method, size }: Entry,
): Promise<Uint8Array<ArrayBuffer>> {
  if (method !== 0 && method !== 8) throw damaged(`${name} packed by method ${method}`);
  if (method === 0 && size === bytes.length) return bytes;
  if (method === 0 || size > BEST_DEFLATE * bytes.length) throw damaged(`${bytes.length} bytes of ${name} for ${size}`);
  const content = new Uint8Array(size);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  let length = 0;
  try {
    for await (const part of stream) {
      if (length + part.length <= size) content.set(part, length);
      length += part.length;
      if (length > size) break;
    }
  } catch {
    throw damaged(`a damaged ${name}`);
  }
  if (length !== size) throw damaged(`${length > size ? "more" : length} bytes of ${name} in place of ${size}`);
  return content;
}

function damaged(found: string): InputRangeError {
  return new InputRangeError(`expected a zip archive, found ${found}`);
}
