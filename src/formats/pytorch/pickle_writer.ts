/** Writes a pickle (protocol 2) of one dictionary. */
export class PickleWriter {
  #bytes = new Uint8Array(1024);
  #view = new DataView(this.#bytes.buffer);
  #length = 0;

  /** Begins the dictionary; its keys and values follow. */
  begin(): void {
    this.#code(0x80, 2, 0x7d, 0x28); // PROTO 2, EMPTY_DICT, MARK
  }

  /** Ends the dictionary and returns the pickle. */
  end(): Uint8Array<ArrayBuffer> {
    this.#code(0x75, 0x2e); // SETITEMS, STOP
    return this.#bytes.slice(0, this.#length);
  }

  text(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.#reserve(5 + bytes.length);
    this.#code(0x58); // BINUNICODE
    this.#view.setUint32(this.#advance(4), bytes.length, true);
    this.#bytes.set(bytes, this.#advance(bytes.length));
  }

  /** Writes a whole number of at most 2^53. */
  integer(value: number): void {
    this.#reserve(10);
    if (value < 2 ** 31) {
      this.#code(0x4a); // BININT
      this.#view.setInt32(this.#advance(4), value, true);
    } else {
      this.#code(0x8a, 8); // LONG1
      this.#view.setBigInt64(this.#advance(8), BigInt(value), true);
    }
  }

  /** Writes a tuple of whole numbers. */
  integers(values: readonly number[]): void {
    if (values.length === 0) return this.#code(0x29); // EMPTY_TUPLE
    this.mark();
    for (const value of values) this.integer(value);
    this.tuple();
  }

  boolean(value: boolean): void {
    this.#code(value ? 0x88 : 0x89); // NEWTRUE, NEWFALSE
  }

  /** Writes a class or a function: its module and its name, separated by a space. */
  global(path: string): void {
    const bytes = new TextEncoder().encode(`c${path.replace(" ", "\n")}\n`); // GLOBAL
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#advance(bytes.length));
  }

  mark(): void {
    this.#code(0x28); // MARK
  }

  /** Makes a tuple of what follows the last mark. */
  tuple(): void {
    this.#code(0x74); // TUPLE
  }

  /** Replaces the last value by what it refers to outside the pickle. */
  persistent(): void {
    this.#code(0x51); // BINPERSID
  }

  /** Calls the value before the last with the last, a tuple. */
  call(): void {
    this.#code(0x52); // REDUCE
  }

  #code(...codes: readonly number[]): void {
    this.#reserve(codes.length);
    for (const code of codes) this.#bytes[this.#advance(1)] = code;
  }

  #advance(count: number): number {
    this.#length += count;
    return this.#length - count;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const bytes = new Uint8Array(2 * (this.#length + count));
    bytes.set(this.#bytes);
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer);
  }
}
