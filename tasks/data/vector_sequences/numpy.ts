import { InputRangeError } from "../../../errors.ts";
import { count, describeValue } from "../../../src/schema/mod.ts";
import { readZip } from "../../../src/formats/zip.ts";

/** An array of a NumPy file. */
export interface NumPyArray {
  /** The shape. */
  readonly shape: readonly number[];
  /** The values, the last dimension fastest. */
  readonly values: Float64Array | readonly string[];
}

const MAGIC = "\x93NUMPY";

/** Reads a number at an offset. */
type Read = (view: DataView, at: number, isLittle: boolean) => number;

/** The readers of numbers, by NumPy's kind and size. */
const READERS: Readonly<Record<string, Read>> = {
  b1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u1: (view, at) => view.getUint8(at),
  i2: (view, at, isLittle) => view.getInt16(at, isLittle),
  u2: (view, at, isLittle) => view.getUint16(at, isLittle),
  i4: (view, at, isLittle) => view.getInt32(at, isLittle),
  u4: (view, at, isLittle) => view.getUint32(at, isLittle),
  i8: (view, at, isLittle) => Number(view.getBigInt64(at, isLittle)),
  u8: (view, at, isLittle) => Number(view.getBigUint64(at, isLittle)),
  f2: (view, at, isLittle) => half(view.getUint16(at, isLittle)),
  f4: (view, at, isLittle) => view.getFloat32(at, isLittle),
  f8: (view, at, isLittle) => view.getFloat64(at, isLittle),
};

/** Whether bytes begin as a `.npy` file does. */
export function isNumPy(bytes: Uint8Array): boolean {
  return latin(bytes.subarray(0, MAGIC.length)) === MAGIC;
}

/** Reads the arrays of a `.npz` file by name. Throws `RangeError` if it is damaged or an array cannot be read. */
export async function readNpz(bytes: Uint8Array<ArrayBuffer>): Promise<Map<string, NumPyArray>> {
  const arrays = new Map<string, NumPyArray>();
  for (const [file, content] of await readZip(bytes)) {
    const name = file.replace(/\.npy$/, "");
    try {
      arrays.set(name, readNpy(content));
    } catch (error) {
      if (!(error instanceof InputRangeError)) throw error;
      throw new InputRangeError(`array ${name}: ${error.message}`);
    }
  }
  return arrays;
}

/** Reads a `.npy` file. Throws `RangeError` if it is damaged or holds Python objects. */
export function readNpy(bytes: Uint8Array<ArrayBuffer>): NumPyArray {
  if (!isNumPy(bytes)) throw new InputRangeError("expected a NumPy array, found something else");
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const [sizeBytes, start] = bytes[6] === 1 ? [2, 10] : [4, 12];
  if (bytes.length < start) throw new InputRangeError("expected a whole header, found the end of the file");
  const length = sizeBytes === 2 ? view.getUint16(8, true) : view.getUint32(8, true);
  const header = latin(bytes.subarray(start, start + length));
  const descr = /'descr':\s*'([<>|=]?)(\w)(\d*)'/.exec(header);
  const shapeText = /'shape':\s*\(([\d,\sL]*)\)/.exec(header)?.[1];
  if (!descr || shapeText === undefined) {
    throw new InputRangeError(`expected an array of one type in the header, found ${describeValue(header.trim())}`);
  }
  const [, order, kind, size] = descr;
  const shape = shapeText.split(",").map((text) => parseInt(text)).filter(Number.isSafeInteger);
  const data = new DataView(
    bytes.buffer,
    bytes.byteOffset + start + length,
    Math.max(0, bytes.length - start - length),
  );
  const isFortran = /'fortran_order':\s*True/.test(header);
  const values = read(data, { kind, size: Number(size), isLittle: order !== ">" }, shape.reduce((a, b) => a * b, 1));
  return { shape, values: isFortran ? inRowOrder(values, shape) : values };
}

interface Type {
  readonly kind: string;
  readonly size: number;
  readonly isLittle: boolean;
}

function read(view: DataView, { kind, size, isLittle }: Type, length: number): Float64Array | string[] {
  if (kind === "O") throw new InputRangeError("expected numbers or texts, found Python objects; save a plain array");
  const isText = kind === "U" || kind === "S";
  const reader = READERS[`${kind}${size}`];
  // Of texts without characters, a small file could hold any number.
  const isKnown = isText ? size > 0 : reader !== undefined;
  if (!isKnown) throw new InputRangeError(`expected numbers or texts, found the type ${kind}${size}`);
  const bytes = kind === "U" ? 4 * size : size;
  if (view.byteLength < length * bytes) {
    throw new InputRangeError(`expected ${count(length * bytes, "byte")} of values, found ${view.byteLength}`);
  }
  if (!isText) return Float64Array.from({ length }, (_, i) => reader(view, i * bytes, isLittle));
  return Array.from({ length }, (_, i) => {
    const codes = kind === "U"
      ? Array.from({ length: size }, (_, k) => view.getUint32(i * bytes + 4 * k, isLittle))
      : Array.from({ length: size }, (_, k) => view.getUint8(i * bytes + k));
    return codes.map((code) => code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : "").join("");
  });
}

/** Puts values whose first dimension is fastest into the order in which the last is. */
function inRowOrder(values: Float64Array | string[], shape: readonly number[]): Float64Array | string[] {
  const result = values.slice();
  const index = shape.map(() => 0);
  for (let i = 0; i < values.length; i++) {
    result[shape.reduce((at, size, d) => at * size + index[d], 0)] = values[i];
    for (let d = 0; d < shape.length && ++index[d] === shape[d]; d++) index[d] = 0;
  }
  return result;
}

function half(bits: number): number {
  const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, bits >> 10 & 31, bits & 1023];
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

function latin(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
