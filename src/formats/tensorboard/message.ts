/** How the bytes of a field are delimited. */
const VARINT = 0, EIGHT_BYTES = 1, LENGTH_DELIMITED = 2, FOUR_BYTES = 5;

/**
 * A protocol buffer message: its fields, to be added in the order of their numbers. As in proto3, a field of its default
 * value, 0 or no text, is left out.
 */
export class Message {
  #parts: Uint8Array[] = [];

  /** Adds a whole number of at least 0. */
  integer(field: number, value: number): this {
    return value === 0 ? this : this.#add(field, VARINT, varint(value));
  }

  /** Adds a float64. */
  double(field: number, value: number): this {
    return Object.is(value, 0) ? this : this.#add(field, EIGHT_BYTES, doubles([value]));
  }

  /** Adds a float32 of a group of which one is present, so that 0 is written. */
  presentFloat(field: number, value: number): this {
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    return this.#add(field, FOUR_BYTES, bytes);
  }

  /** Adds a list of float64. */
  packedDoubles(field: number, values: readonly number[]): this {
    return values.length === 0 ? this : this.#addDelimited(field, doubles(values));
  }

  /** Adds a text. */
  text(field: number, value: string): this {
    return value === "" ? this : this.presentText(field, value);
  }

  /** Adds an element of a list of texts, or a text of a group of which one is present, so that no text is written. */
  presentText(field: number, value: string): this {
    return this.#addDelimited(field, new TextEncoder().encode(value));
  }

  /** Adds a message. */
  message(field: number, value: Message): this {
    return this.#addDelimited(field, value.toBytes());
  }

  /** Encodes the message. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.#parts.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const part of this.#parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    return bytes;
  }

  #addDelimited(field: number, bytes: Uint8Array): this {
    return this.#add(field, LENGTH_DELIMITED, varint(bytes.length), bytes);
  }

  #add(field: number, type: number, ...parts: readonly Uint8Array[]): this {
    this.#parts.push(varint(field << 3 | type), ...parts);
    return this;
  }
}

/** Encodes a whole number of at least 0 in 7 bits per byte, the lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (; value >= 128; value = Math.floor(value / 128)) bytes.push(value % 128 | 128);
  return Uint8Array.of(...bytes, value);
}

function doubles(values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) view.setFloat64(i * 8, value, true);
  return bytes;
}
