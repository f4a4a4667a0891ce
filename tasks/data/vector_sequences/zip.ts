import { InputRangeError } from "../../../errors.ts";

/** Signatures of the end of the directory, of an entry in it, and of a file. */
const [END, ENTRY, FILE] = [0x06054b50, 0x02014b50, 0x04034b50];

/** The value of a size that does not fit 32 bits. */
const LARGE = 0xffffffff;

/** Sizes of the end of the directory and of its longest comment. */
const [END_SIZE, COMMENT_SIZE] = [22, 0xffff];

/** Reads the files of a zip archive by name. Throws `RangeError` if it is damaged, encrypted or larger than 4 GiB. */
export async function readZip(bytes: Uint8Array<ArrayBuffer>): Promise<Map<string, Uint8Array<ArrayBuffer>>> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = bytes.length - END_SIZE;
  while (end >= 0 && end >= bytes.length - END_SIZE - COMMENT_SIZE && view.getUint32(end, true) !== END) end--;
  if (end < 0 || view.getUint32(end, true) !== END) throw damaged("no list of files at its end");
  const files = new Map<string, Uint8Array<ArrayBuffer>>();
  let at = view.getUint32(end + 16, true);
  for (let n = view.getUint16(end + 10, true); n > 0; n--) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== ENTRY) throw damaged("an incomplete directory");
    const [method, packed, size] = [
      view.getUint16(at + 10, true),
      view.getUint32(at + 20, true),
      view.getUint32(at + 24, true),
    ];
    const [nameSize, extra, comment] = [28, 30, 32].map((place) => view.getUint16(at + place, true));
    const start = view.getUint32(at + 42, true);
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameSize));
    if (packed === LARGE || size === LARGE || start === LARGE) throw damaged(`${name} of more than 4 GiB`);
    if (start + 30 > bytes.length || view.getUint32(start, true) !== FILE) throw damaged(`no ${name}`);
    const from = start + 30 + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
    if (from + packed > bytes.length) throw damaged(`an incomplete ${name}`);
    files.set(name, await unpack(bytes.subarray(from, from + packed), { name, method, size }));
    at += 46 + nameSize + extra + comment;
  }
  return files;
}

async function unpack(
  bytes: Uint8Array<ArrayBuffer>,
  { name, method, size }: { readonly name: string; readonly method: number; readonly size: number },
): Promise<Uint8Array<ArrayBuffer>> {
  if (method === 0) return bytes;
  if (method !== 8) throw damaged(`${name} packed by method ${method}`);
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  const content = await new Response(stream).bytes().catch(() => {
    throw damaged(`a damaged ${name}`);
  });
  if (content.length !== size) throw damaged(`${content.length} bytes of ${name} in place of ${size}`);
  return content;
}

function damaged(found: string): InputRangeError {
  return new InputRangeError(`expected a zip archive, found ${found}`);
}
