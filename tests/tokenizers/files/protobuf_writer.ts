/** A field in Protocol Buffers' wire format: its number and its value. */
export type ProtobufField = readonly [number: number, value: ProtobufValue];

/** A varint, a single-precision number, a string, bytes, or the fields of a message. */
export type ProtobufValue = number | boolean | { float: number } | string | Uint8Array | readonly ProtobufField[];

/** Encodes a message. */
export function protobuf(fields: readonly ProtobufField[]): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(fields.flatMap(([number, value]) => field(number, value)));
}

/** Encodes an integer as a varint; negative numbers take 64 bits, as in Protocol Buffers. */
export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  while (rest > 0x7fn) {
    bytes.push(Number(rest & 0x7fn) | 0x80);
    rest >>= 7n;
  }
  return [...bytes, Number(rest)];
}

function field(number: number, value: ProtobufValue): number[] {
  const tag = (wireType: number): number[] => varint(number * 8 + wireType);
  if (typeof value === "number" || typeof value === "boolean") return [...tag(0), ...varint(Number(value))];
  if (typeof value === "object" && "float" in value) {
    return [...tag(5), ...new Uint8Array(new Float32Array([value.float]).buffer)];
  }
  const content = typeof value === "string"
    ? new TextEncoder().encode(value)
    : value instanceof Uint8Array
    ? value
    : protobuf(value);
  return [...tag(2), ...varint(content.length), ...content];
}
