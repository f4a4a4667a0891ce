import { InputSyntaxError } from "../../../errors.ts";

/** How the bytes of a field are delimited. */
export const WIRE = { varint: 0, eightBytes: 1, delimited: 2, fourBytes: 5 } as const;

const encoder = new TextEncoder();

/** Collects the bytes of a message. Large arrays are not copied before `toBytes`. */
export class MessageWriter {
  #parts: Uint8Array[] = [];
  #small: number[] = [];
  #length = 0;

  /** Writes a field's number and how it is delimited. */
  key(field: number, wire: number): void {
    this.varint(field * 8 + wire);
  }

  /** Writes a whole number; a negative one as its 64-bit two's complement. */
  varint(value: number): void {
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(value));
      for (; rest >= 128n; rest >>= 7n) this.#byte(Number(rest & 127n) | 128);
      this.#byte(Number(rest));
      return;
    }
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#byte(rest % 128 | 128);
    this.#byte(rest);
  }

  /** Writes bytes with their number before them. */
  delimited(bytes: Uint8Array): void {
    this.varint(bytes.length);
    this.bytes(bytes);
  }

  /** Writes a text with the number of its bytes before it. */
  text(text: string): void {
    this.delimited(encoder.encode(text));
  }

  /** Writes bytes. */
  bytes(bytes: Uint8Array): void {
    this.#flush();
    this.#parts.push(bytes);
    this.#length += bytes.length;
  }

  /** Writes another message with the number of its bytes before it. */
  message(message: MessageWriter): void {
    message.#flush();
    this.varint(message.#length);
    this.#flush();
    for (const part of message.#parts) this.#parts.push(part);
    this.#length += message.#length;
  }

  /** Returns all bytes. */
  toBytes(): Uint8Array<ArrayBuffer> {
    this.#flush();
    const bytes = new Uint8Array(this.#length);
    let at = 0;
    for (const part of this.#parts) {
      bytes.set(part, at);
      at += part.length;
    }
    return bytes;
  }

  #byte(value: number): void {
    this.#small.push(value);
  }

  #flush(): void {
    if (this.#small.length === 0) return;
    this.#parts.push(Uint8Array.from(this.#small));
    this.#length += this.#small.length;
    this.#small = [];
  }
}

/** Reads the fields of a message. Throws `SyntaxError` that names the source if they do not fit into it. */
export class MessageReader {
  #bytes: Uint8Array;
  #at = 0;
  #source: string;

  /** `source` names the file in messages. */
  constructor(bytes: Uint8Array, source: string) {
    this.#bytes = bytes;
    this.#source = source;
  }

  /** Whether everything has been read. */
  get isDone(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Reads a whole number of at least 0 that fits into 64 bits. */
  varint(): number {
    let value = 0;
    for (let i = 0, scale = 1; i < 10; i++, scale *= 128) {
      const byte = this.#take(1)[0];
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return this.refuse("a whole number of at most 64 bits", "a longer one");
  }

  /** Reads a signed 64-bit number, rounded to the nearest float64. */
  integer(): number {
    const start = this.#at;
    const value = this.varint();
    if (this.#at - start < 10) return value;
    // A number of ten bytes is negative, and too long for a float64 to hold its bits.
    const bits = this.#bytes.subarray(start, this.#at).reduceRight((sum, byte) => sum * 128n + BigInt(byte & 127), 0n);
    return Number(BigInt.asIntN(64, bits));
  }

  /** Returns a reader of the next bytes, which follow their number. */
  nested(): MessageReader {
    return new MessageReader(this.delimited(), this.#source);
  }

  /** Reads the next `count` bytes, without copying them. */
  bytes(count: number): Uint8Array {
    return this.#take(count);
  }

  /** Reads bytes that follow their number, without copying them. */
  delimited(): Uint8Array {
    return this.#take(this.varint());
  }

  /** Skips a field of a kind that nothing reads. */
  skip(wire: number): void {
    if (wire === WIRE.varint) this.varint();
    else if (wire === WIRE.eightBytes) this.#take(8);
    else if (wire === WIRE.delimited) this.delimited();
    else if (wire === WIRE.fourBytes) this.#take(4);
    else this.refuse("a field of a known wire type", `wire type ${wire}`);
  }

  /** Throws `SyntaxError` with the position. */
  refuse(expected: string, found: string): never {
    throw new InputSyntaxError(
      `read ${this.#source}: expected ${expected} at byte ${this.#at} of a message, found ${found}`,
    );
  }

  #take(count: number): Uint8Array {
    const left = this.#bytes.length - this.#at;
    if (count > left) this.refuse(`${count} more bytes`, `${left}`);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }
}
