/** How the bytes of a field are delimited. */
const [VARINT, EIGHT_BYTES, LENGTH_DELIMITED, FOUR_BYTES] = [0, 1, 2, 5];

const encoder = new TextEncoder();

/** Holds one number while its bytes are read. */
const scratch = new DataView(new ArrayBuffer(8));

/**
 * A protocol buffer message: its fields, to be added in the order of their numbers. As in proto3, a field of its
 * default value, 0 or no text, is left out.
 */
export class Message {
  // An array of numbers, since a typed array for each of many small fields would take most of the time.
  #bytes: number[] = [];

  /** Adds a whole number of at least 0. */
  integer(field: number, value: number): this {
    return value === 0 ? this : this.#key(field, VARINT).#varint(value);
  }

  /** Adds a float64. */
  double(field: number, value: number): this {
    return Object.is(value, 0) ? this : this.#key(field, EIGHT_BYTES).#double(value);
  }

  /** Adds a float32 of a group of which one is present, so that 0 is written. */
  presentFloat(field: number, value: number): this {
    scratch.setFloat32(0, value, true);
    return this.#key(field, FOUR_BYTES).#scratch(4);
  }

  /** Adds a list of float64. */
  packedDoubles(field: number, values: readonly number[]): this {
    if (values.length === 0) return this;
    this.#key(field, LENGTH_DELIMITED).#varint(values.length * 8);
    for (const value of values) this.#double(value);
    return this;
  }

  /** Adds a text. */
  text(field: number, value: string): this {
    return value === "" ? this : this.presentText(field, value);
  }

  /** Adds an element of a list of texts, or a text of a group of which one is present, so that no text is written. */
  presentText(field: number, value: string): this {
    return this.#delimited(field, encoder.encode(value));
  }

  /** Adds a message. */
  message(field: number, value: Message): this {
    return this.#delimited(field, value.#bytes);
  }

  /** Encodes the message. */
  toBytes(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }

  #key(field: number, type: number): this {
    return this.#varint(field << 3 | type);
  }

  /** Adds a whole number of at least 0 in 7 bits per byte, the lowest first. */
  #varint(value: number): this {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes.push(rest % 128 | 128);
    this.#bytes.push(rest);
    return this;
  }

  #double(value: number): this {
    scratch.setFloat64(0, value, true);
    return this.#scratch(8);
  }

  #scratch(length: number): this {
    for (let i = 0; i < length; i++) this.#bytes.push(scratch.getUint8(i));
    return this;
  }

  #delimited(field: number, bytes: ArrayLike<number>): this {
    this.#key(field, LENGTH_DELIMITED).#varint(bytes.length);
    for (let i = 0; i < bytes.length; i++) this.#bytes.push(bytes[i]);
    return this;
  }
}
