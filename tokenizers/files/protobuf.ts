/** How a field's value is written. */
const VARINT = 0;
const FIXED64 = 1;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** Bytes of the longest number: 64 bits, 7 in a byte. */
const MOST_VARINT_BYTES = 10;

/** Where a message stands and what it is called. */
export interface MessagePlace {
  /** What is done: errors begin with it. */
  readonly action: string;
  /** The message's name in errors, such as `"pieces[12]"`; `""` for the whole file. */
  readonly path: string;
  /** Bytes before it in the file. */
  readonly offset: number;
}

/** A value in the message's bytes: what it takes without its length. */
interface Field {
  readonly wireType: number;
  readonly start: number;
  readonly end: number;
}

/**
 * A message in Protocol Buffers' wire format, which {@link https://protobuf.dev/programming-guides/encoding/ | its documentation} describes. The
 * fields are found when it is made and read when they are asked for. Of a field that is there twice the last one counts; a field without a name
 * is passed over.
 *
 * @typeParam Name The fields' names.
 */
export class ProtobufMessage<Name extends string> {
  readonly #bytes: Uint8Array;
  readonly #place: MessagePlace;
  readonly #fields = new Map<Name, Field[]>();

  /**
   * A message in these bytes, which are not copied.
   *
   * @param names The names of the fields by their numbers.
   * @throws {SyntaxError} If the bytes are no message: something is cut off, or written in an unknown way.
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

  /** A field's value as a whole number of 32 bits with a sign. */
  int32(name: Name, absent: number): number {
    const field = this.#last(name, VARINT);
    return field === undefined ? absent : this.#varint(field.start, name).low;
  }

  /** A field's value as true or false. */
  boolean(name: Name, absent: boolean): boolean {
    const field = this.#last(name, VARINT);
    return field === undefined ? absent : this.#varint(field.start, name).value !== 0;
  }

  /** A field's value as a number of single precision. */
  float(name: Name, absent: number): number {
    const field = this.#last(name, FIXED32);
    if (field === undefined) return absent;
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + field.start, 4).getFloat32(0, true);
  }

  /**
   * A field's value as text.
   *
   * @throws {SyntaxError} If it is not UTF-8.
   */
  string(name: Name, absent: string): string {
    const field = this.#last(name, LENGTH_DELIMITED);
    if (field === undefined) return absent;
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.#part(field));
    } catch {
      throw this.#error(name, field.start, "UTF-8", "bytes that are none");
    }
  }

  /** A field's value as bytes, which are not copied; none where it is missing. */
  bytes(name: Name): Uint8Array {
    const field = this.#last(name, LENGTH_DELIMITED);
    return field === undefined ? new Uint8Array() : this.#part(field);
  }

  /** A field's value as a message, an empty one where it is missing. */
  message<Inner extends string>(name: Name, names: Readonly<Record<number, Inner>>): ProtobufMessage<Inner> {
    const field = this.#last(name, LENGTH_DELIMITED) ?? { wireType: LENGTH_DELIMITED, start: 0, end: 0 };
    return this.#message(field, names, this.#pathOf(name));
  }

  /** The messages of a field that is there any number of times. */
  messages<Inner extends string>(name: Name, names: Readonly<Record<number, Inner>>): ProtobufMessage<Inner>[] {
    return (this.#fields.get(name) ?? []).map((field, index) => {
      this.#check(name, field, LENGTH_DELIMITED);
      return this.#message(field, names, `${this.#pathOf(name)}[${index}]`);
    });
  }

  /** An error about a field's value: what was expected, and what was found. */
  invalid(name: Name, expected: string, found: string): RangeError {
    return new RangeError(`${this.#place.action}: ${this.#pathOf(name)}: expected ${expected}, found ${found}`);
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

  /** The field whose tag begins at a place. */
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

  /** The whole number that begins at a place, its low 32 bits with a sign, and where it ends. */
  #varint(start: number, name: string | undefined): { value: number; low: number; end: number } {
    let [value, low] = [0, 0];
    for (let i = 0; i < MOST_VARINT_BYTES && start + i < this.#bytes.length; i++) {
      const byte = this.#bytes[start + i];
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (i < 5) low |= (byte & 0x7f) << 7 * i;
      if (byte < 0x80) return { value, low, end: start + i + 1 };
    }
    const left = this.#bytes.length - start;
    throw this.#error(
      name,
      start,
      `a whole number of at most ${MOST_VARINT_BYTES} bytes`,
      left < MOST_VARINT_BYTES ? `the end after ${left}` : "a longer one",
    );
  }

  #error(name: string | undefined, at: number, expected: string, found: string): SyntaxError {
    const path = name === undefined ? this.#place.path : this.#pathOf(name);
    const place = `${path === "" ? "" : `${path}: `}at byte ${this.#place.offset + at}`;
    return new SyntaxError(`${this.#place.action}: ${place} expected ${expected}, found ${found}`);
  }

  #pathOf(name: string): string {
    return this.#place.path === "" ? name : `${this.#place.path}.${name}`;
  }
}
