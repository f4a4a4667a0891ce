import { InputSyntaxError } from "../../../errors.ts";
import { MessageReader, MessageWriter, WIRE } from "./wire.ts";

/** The kinds of fields whose value is one number, text or array of bytes. */
type Single = "integer" | "float" | "text" | "bytes";
/** The kinds of fields that hold a list. */
type List = "integers" | "floats" | "doubles" | "texts" | "byteLists";

/** A field that holds another message or a list of them. */
export interface Nested {
  /** The fields of the message; a function, since messages may contain each other. */
  readonly fields: () => Fields;
  /** Whether it is a list. */
  readonly isList: boolean;
}

/** The number and the kind of a field. */
export type FieldRow = readonly [field: number, kind: Single | List | Nested];

/** The fields of a message by their names in TypeScript. */
export type Fields = { readonly [name: string]: FieldRow };

/** The fields of a message of type T: one row for each of its properties. */
export type FieldsOf<T> = { readonly [K in keyof Required<T>]: FieldRow };

/** Describes a field that holds a message. */
export function one(fields: () => Fields): Nested {
  return { fields, isList: false };
}

/** Describes a field that holds a list of messages. */
export function many(fields: () => Fields): Nested {
  return { fields, isList: true };
}

type Values = { [name: string]: unknown };

/** The most messages within messages: graphs in attributes of nodes of graphs are rarely deeper than 20. */
const DEEPEST = 100;

/** Encodes the properties of a message that are not undefined, in the order of the fields. */
export function encodeMessage(fields: Fields, message: object): MessageWriter {
  const writer = new MessageWriter();
  for (const [name, [field, kind]] of Object.entries(fields)) {
    const value = (message as Values)[name];
    if (value !== undefined) encodeField(writer, field, kind, value);
  }
  return writer;
}

function encodeField(writer: MessageWriter, field: number, kind: FieldRow[1], value: unknown): void {
  if (typeof kind !== "string") {
    for (const message of kind.isList ? value as object[] : [value as object]) {
      writer.key(field, WIRE.delimited);
      writer.message(encodeMessage(kind.fields(), message));
    }
  } else if (kind === "integer") {
    writer.key(field, WIRE.varint);
    writer.varint(value as number);
  } else if (kind === "float") {
    writer.key(field, WIRE.fourBytes);
    writer.bytes(littleEndian([value as number], 4));
  } else if (kind === "text" || kind === "texts") {
    for (const text of kind === "texts" ? value as string[] : [value as string]) {
      writer.key(field, WIRE.delimited);
      writer.text(text);
    }
  } else if (kind === "bytes" || kind === "byteLists") {
    for (const bytes of kind === "byteLists" ? value as Uint8Array[] : [value as Uint8Array]) {
      writer.key(field, WIRE.delimited);
      writer.delimited(bytes);
    }
  } else encodeNumbers(writer, field, kind, value as ArrayLike<number>);
}

/** Writes a list of numbers packed into one field; an empty list is left out. */
function encodeNumbers(
  writer: MessageWriter,
  field: number,
  kind: "integers" | "floats" | "doubles",
  values: ArrayLike<number>,
): void {
  if (values.length === 0) return;
  writer.key(field, WIRE.delimited);
  if (kind !== "integers") return writer.delimited(littleEndian(values, kind === "floats" ? 4 : 8));
  const packed = new MessageWriter();
  for (let i = 0; i < values.length; i++) packed.varint(values[i]);
  writer.message(packed);
}

function littleEndian(values: ArrayLike<number>, width: 4 | 8): Uint8Array {
  const view = new DataView(new ArrayBuffer(values.length * width));
  for (let i = 0; i < values.length; i++) {
    if (width === 4) view.setFloat32(i * 4, values[i], true);
    else view.setFloat64(i * 8, values[i], true);
  }
  return new Uint8Array(view.buffer);
}

/**
 * Decodes a message. Properties whose field is absent are left out, and unknown fields are skipped; arrays of bytes are
 * views of `bytes`. Throws `SyntaxError` if the bytes are not such a message.
 */
export function decodeMessage(fields: Fields, bytes: Uint8Array, source: string, depth = 0): object {
  if (depth > DEEPEST) {
    throw new InputSyntaxError(`read ${source}: expected at most ${DEEPEST} messages within messages, found more`);
  }
  const rows = rowsByNumber(fields);
  const reader = new MessageReader(bytes, source);
  const values: Values = {};
  while (!reader.isDone) {
    const key = reader.varint();
    const [field, wire] = [Math.floor(key / 8), key % 8];
    if (field === 0) reader.refuse("a field of a protocol buffer", "field 0");
    const row = rows.get(field);
    if (!row) {
      reader.skip(wire);
      continue;
    }
    const [name, kind] = row;
    if (typeof kind === "string") decodeField(reader, values, name, kind, wire);
    else {
      if (wire !== WIRE.delimited) refuseWire(reader, name, wire);
      const nested = decodeMessage(kind.fields(), reader.delimited(), source, depth + 1);
      if (kind.isList) listOf(values, name).push(nested);
      else values[name] = nested;
    }
  }
  for (const [name, [, kind]] of Object.entries(fields)) {
    if (values[name] === undefined) continue;
    if (kind === "floats") values[name] = Float32Array.from(values[name] as number[]);
    if (kind === "doubles") values[name] = Float64Array.from(values[name] as number[]);
  }
  return values;
}

const kept = new WeakMap<Fields, Map<number, [name: string, kind: FieldRow[1]]>>();

function rowsByNumber(fields: Fields): Map<number, [name: string, kind: FieldRow[1]]> {
  let rows = kept.get(fields);
  if (!rows) {
    rows = new Map(Object.entries(fields).map(([name, [field, kind]]) => [field, [name, kind]]));
    kept.set(fields, rows);
  }
  return rows;
}

function listOf(values: Values, name: string): unknown[] {
  return (values[name] ??= []) as unknown[];
}

function refuseWire(reader: MessageReader, name: string, wire: number): never {
  return reader.refuse(`the field ${name} of a protocol buffer`, `a field of wire type ${wire}`);
}

function decodeField(reader: MessageReader, values: Values, name: string, kind: Single | List, wire: number): void {
  if (kind === "integer" && wire === WIRE.varint) values[name] = reader.integer();
  else if (kind === "float" && wire === WIRE.fourBytes) values[name] = floatsOf(reader.bytes(4), 4)[0];
  else if (kind === "text" && wire === WIRE.delimited) values[name] = decodeText(reader, name);
  else if (kind === "texts" && wire === WIRE.delimited) listOf(values, name).push(decodeText(reader, name));
  else if (kind === "bytes" && wire === WIRE.delimited) values[name] = reader.delimited();
  else if (kind === "byteLists" && wire === WIRE.delimited) listOf(values, name).push(reader.delimited());
  else if (kind === "integers") decodeIntegers(reader, listOf(values, name), name, wire);
  else if (kind === "floats" || kind === "doubles") decodeFloats(reader, values, name, kind, wire);
  else refuseWire(reader, name, wire);
}

/** Reads a list's next element, or all of them if they are packed. */
function decodeIntegers(reader: MessageReader, list: unknown[], name: string, wire: number): void {
  if (wire === WIRE.varint) {
    list.push(reader.integer());
    return;
  }
  if (wire !== WIRE.delimited) refuseWire(reader, name, wire);
  const packed = reader.nested();
  while (!packed.isDone) list.push(packed.integer());
}

function decodeFloats(
  reader: MessageReader,
  values: Values,
  name: string,
  kind: "floats" | "doubles",
  wire: number,
): void {
  const width = kind === "floats" ? 4 : 8;
  const single = kind === "floats" ? WIRE.fourBytes : WIRE.eightBytes;
  if (wire !== single && wire !== WIRE.delimited) refuseWire(reader, name, wire);
  const bytes = wire === single ? reader.bytes(width) : reader.delimited();
  if (bytes.length % width !== 0) {
    reader.refuse(`a multiple of ${width} bytes in the field ${name}`, `${bytes.length}`);
  }
  const list = listOf(values, name);
  for (const value of floatsOf(bytes, width)) list.push(value);
}

function floatsOf(bytes: Uint8Array, width: 4 | 8): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from(
    { length: bytes.length / width },
    (_, i) => width === 4 ? view.getFloat32(i * 4, true) : view.getFloat64(i * 8, true),
  );
}

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function decodeText(reader: MessageReader, name: string): string {
  const bytes = reader.delimited();
  try {
    return decoder.decode(bytes);
  } catch {
    return reader.refuse(`UTF-8 in the field ${name}`, "other bytes");
  }
}
