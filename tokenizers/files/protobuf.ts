import { InputRangeError, InputSyntaxError } from "../../errors.ts";

/** The encoding of a field's value. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Maximum bytes of a varint: 64 bits at 7 bits per byte. */
const MAX_VARINT_BYTES = 10;

/** The name and position of a message. */
export interface MessagePlace {
  /** The action that error messages start with. */
  readonly action: string;
  /** The message's name in errors, such as `"pieces[12]"`; `""` for the whole file. */
  readonly path: string;
  /** Byte offset of the message in the file. */
  readonly offset: number;
}

/** A value's range in the message, without its length prefix. */
interface Field {
  readonly wireType: number;
  readonly start: number;
  readonly end: number;
}

/**
 * A message in the {@link https://protobuf.dev/programming-guides/encoding/ | Protocol Buffers wire format}. The
 * constructor locates the fields; accessors decode them. If a field occurs more than once, the last one counts; unnamed
 * fields are skipped.
 *
 * @typeParam Name The fields' names.
 */
export class ProtobufMessage<Name extends string> {
  readonly #bytes: Uint8Array;
  readonly #place: MessagePlace;
  readonly #fields = new Map<Name, Field[]>();

  /**
   * Parses a message without copying its bytes.
   *
   * @param names Field names by field number.
   * @throws {SyntaxError} If the bytes are not a valid message: truncated, or of an unknown wire type.
   */
  constructor(bytes: Uint8Array, names: Readonly<Record<number, Name>>, place: MessagePlace) {
    this.#bytes = bytes;
    this.#place = place;
    for (let at = 0; at < bytes.length;) {
      const tag = this.#varint(at, undefined);
      const number = Math.floor(tag.value / 8);
      if (number === 0) throw this.#error(undefined, at, "a field's number of at least 1", "0");
      const name: Name | undefined = names[number];
      const field = this.#field(at, tag, name ?? `field ${number}`);
      if (name !== undefined) this.#listOf(name).push(field);
      at = field.end;
    }
  }

  /** A field's value as a signed 32-bit integer. */
  int32(name: Name, absent: number): number {
    const field = this.#last(name, VARINT);
    return field === undefined ? absent : this.#varint(field.start, name).low;
  }

  /** A field's value as a boolean. */
  boolean(name: Name, absent: boolean): boolean {
    const field = this.#last(name, VARINT);
    return field === undefined ? absent : this.#varint(field.start, name).value !== 0;
  }

  /** A field's value as a single-precision number. */
  float(name: Name, absent: number): number {
    const field = this.#last(name, FIXED32);
    if (field === undefined) return absent;
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + field.start, 4).getFloat32(0, true);
  }

  /**
   * A field's value as a string.
   *
   * @throws {SyntaxError} If it is not UTF-8.
   */
  string(name: Name, absent: string): string {
    const field = this.#last(name, LENGTH_DELIMITED);
    if (field === undefined) return absent;
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.#part(field));
    } catch {
      throw this.#error(name, field.start, "UTF-8", "invalid bytes");
    }
  }

  /** A field's value as bytes, not copied; empty if it is missing. */
  bytes(name: Name): Uint8Array {
    const field = this.#last(name, LENGTH_DELIMITED);
    return field === undefined ? new Uint8Array() : this.#part(field);
  }

  /** A field's value as a message; empty if it is missing. */
  message<Inner extends string>(name: Name, names: Readonly<Record<number, Inner>>): ProtobufMessage<Inner> {
    const field = this.#last(name, LENGTH_DELIMITED) ?? { wireType: LENGTH_DELIMITED, start: 0, end: 0 };
    return this.#message(field, names, this.#pathOf(name));
  }

  /** The messages of a repeated field. */
  messages<Inner extends string>(name: Name, names: Readonly<Record<number, Inner>>): ProtobufMessage<Inner>[] {
    return (this.#fields.get(name) ?? []).map((field, index) => {
      this.#check(name, field, LENGTH_DELIMITED);
      return this.#message(field, names, `${this.#pathOf(name)}[${index}]`);
    });
  }

  /** Creates an error that states what was expected of a field and what was found. */
  invalid(name: Name, expected: string, found: string): RangeError {
    return new InputRangeError(`${this.#place.action}: ${this.#pathOf(name)}: expected ${expected}, found ${found}`);
  }

  #message<Inner extends string>(
    field: Field,
    names: Readonly<Record<number, Inner>>,
    path: string,
  ): ProtobufMessage<Inner> {
    const place = { action: this.#place.action, path, offset: this.#place.offset + field.start };
    return new ProtobufMessage(this.#part(field), names, place);
  }

  #listOf(name: Name): Field[] {
    const list = this.#fields.get(name) ?? [];
    if (list.length === 0) this.#fields.set(name, list);
    return list;
  }

  #part({ start, end }: Field): Uint8Array {
    return this.#bytes.subarray(start, end);
  }

  #last(name: Name, wireType: number): Field | undefined {
    const field = this.#fields.get(name)?.at(-1);
    if (field !== undefined) this.#check(name, field, wireType);
    return field;
  }

  #check(name: Name, field: Field, wireType: number): void {
    if (field.wireType === wireType) return;
    throw this.#error(name, field.start, `a value of wire type ${wireType}`, `one of wire type ${field.wireType}`);
  }

  /** The field whose tag starts at a position. */
  #field(at: number, tag: { value: number; end: number }, name: string): Field {
    const wireType = tag.value % 8;
    if (wireType === VARINT) return { wireType, start: tag.end, end: this.#varint(tag.end, name).end };
    if (wireType === FIXED64) return this.#sized(wireType, tag.end, 8, name);
    if (wireType === FIXED32) return this.#sized(wireType, tag.end, 4, name);
    if (wireType !== LENGTH_DELIMITED) throw this.#error(name, at, "the wire type 0, 1, 2 or 5", String(wireType));
    const length = this.#varint(tag.end, name);
    return this.#sized(wireType, length.end, length.value, name);
  }

  #sized(wireType: number, start: number, length: number, name: string): Field {
    const left = this.#bytes.length - start;
    if (length > left) throw this.#error(name, start, `${length} bytes`, String(left));
    return { wireType, start, end: start + length };
  }

  /** The varint that starts at a position: its low 32 bits, signed, and its end. */
  #varint(start: number, name: string | undefined): { value: number; low: number; end: number } {
    let [value, low] = [0, 0];
    for (let i = 0; i < MAX_VARINT_BYTES && start + i < this.#bytes.length; i++) {
      const byte = this.#bytes[start + i];
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (i < 5) low |= (byte & 0x7f) << 7 * i;
      if (byte < 0x80) return { value, low, end: start + i + 1 };
    }
    const left = this.#bytes.length - start;
    throw this.#error(
      name,
      start,
      `a whole number of at most ${MAX_VARINT_BYTES} bytes`,
      left < MAX_VARINT_BYTES ? `the end after ${left}` : "a longer one",
    );
  }

  #error(name: string | undefined, at: number, expected: string, found: string): SyntaxError {
    const path = name === undefined ? this.#place.path : this.#pathOf(name);
    const place = `${path === "" ? "" : `${path}: `}at byte ${this.#place.offset + at}`;
    return new InputSyntaxError(`${this.#place.action}: ${place} expected ${expected}, found ${found}`);
  }

  #pathOf(name: string): string {
    return this.#place.path === "" ? name : `${this.#place.path}.${name}`;
  }
}
