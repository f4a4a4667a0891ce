// Reads event files of TensorBoard, from their definition alone.

import { encodeRecord } from "../../src/formats/tensorboard/mod.ts";

/** A value of an event; only the figures of histograms that tests look at are read. */
export interface ReadValue {
  readonly tag: string;
  readonly scalar?: number;
  readonly text?: string;
  readonly histogram?: { readonly count: number; readonly sumOfSquares: number };
}

/** An event. */
export interface ReadEvent {
  readonly step: number;
  readonly version?: string;
  readonly isStart: boolean;
  readonly values: readonly ReadValue[];
}

/** The fields of a protocol buffer message by number: numbers, or bytes of texts, lists and messages. */
type Fields = Map<number, (number | Uint8Array<ArrayBuffer>)[]>;

/** Reads the event files of a directory in the order of their names. Throws if a checksum is wrong. */
export function readEvents(directory: string): ReadEvent[] {
  const names = [...Deno.readDirSync(directory)].map(({ name }) => name).sort();
  return names.flatMap((name) => records(Deno.readFileSync(`${directory}/${name}`)).map(eventOf));
}

/** Returns the steps and values of a scalar. */
export function scalarsOf(events: readonly ReadEvent[], tag: string): [step: number, value: number][] {
  return events.flatMap(({ step, values }) =>
    values.flatMap((value) => value.tag === tag && value.scalar !== undefined ? [[step, value.scalar] as const] : [])
  ) as [number, number][];
}

function records(bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
  const all: Uint8Array<ArrayBuffer>[] = [];
  for (let start = 0; start < bytes.length;) {
    const length = new DataView(bytes.buffer).getUint32(start, true);
    const data = bytes.slice(start + 12, start + 12 + length);
    const record = bytes.slice(start, start += length + 16);
    if (encodeRecord(data).toBase64() !== record.toBase64()) {
      throw new RangeError("expected a record with its checksums");
    }
    all.push(data);
  }
  return all;
}

function fieldsOf(bytes: Uint8Array<ArrayBuffer>): Fields {
  const fields: Fields = new Map();
  const view = new DataView(bytes.buffer);
  let at = 0;
  const varint = (): number => {
    for (let value = 0, factor = 1;; factor *= 128) {
      const byte = bytes[at++];
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  };
  const read = [
    varint,
    () => view.getFloat64((at += 8) - 8, true),
    () => {
      const length = varint();
      return bytes.slice(at, at += length);
    },
    undefined,
    undefined,
    () => view.getFloat32((at += 4) - 4, true),
  ];
  while (at < bytes.length) {
    const key = varint();
    const field = key >> 3;
    fields.set(field, [...fields.get(field) ?? [], read[key & 7]!()]);
  }
  return fields;
}

function eventOf(bytes: Uint8Array<ArrayBuffer>): ReadEvent {
  const fields = fieldsOf(bytes);
  const [summary] = messages(fields, 5);
  return {
    step: fields.get(2)?.[0] as number ?? 0,
    ...(fields.has(3) && { version: textOf(fields, 3) }),
    isStart: messages(fields, 7)[0]?.get(1)?.[0] === 1,
    values: summary ? messages(summary, 1).map(valueOf) : [],
  };
}

function valueOf(fields: Fields): ReadValue {
  const [histogram] = messages(fields, 5);
  const [tensor] = messages(fields, 8);
  return {
    tag: textOf(fields, 1),
    ...(fields.has(2) && { scalar: fields.get(2)![0] as number }),
    ...(tensor && { text: textOf(tensor, 8) }),
    ...(histogram && {
      histogram: { count: histogram.get(3)![0] as number, sumOfSquares: histogram.get(5)?.[0] as number ?? 0 },
    }),
  };
}

function messages(fields: Fields, field: number): Fields[] {
  return (fields.get(field) ?? []).map((bytes) => fieldsOf(bytes as Uint8Array<ArrayBuffer>));
}

function textOf(fields: Fields, field: number): string {
  return new TextDecoder().decode(fields.get(field)![0] as Uint8Array);
}
