import { InputRangeError } from "../../../errors.ts";
import { describeList, describeValue } from "../../../src/schema/mod.ts";
import { rolesOf } from "../labelled_texts/columns.ts";
import { isArray, type JSONRecord, recordsOfDocument, recordsOfJSONLines, valueAt } from "../tables/json.ts";
import {
  expectSameChannels,
  type FrameColumns,
  type VectorSequence,
  vectorSequence,
  type VectorSequences,
} from "./sequence.ts";

/** The fields of a record; those that are not given are found by their usual names. */
export interface VectorFields {
  /** The field of the labels: a name, or a path such as `a.b`. Default: a usual name, if a record has one. */
  readonly labelColumn?: string;
  /** The field of the groups. Default: none. */
  readonly group?: string;
  /** The column of a table of frames that tells the sequence of each. Default: a usual name. */
  readonly id?: string;
  /** The columns of the tables of frames on which a model was trained; others that a table has are left out. */
  readonly columns?: FrameColumns;
  /** The fields of other records of the same kind, or names of arrays, which come before the usual ones. */
  readonly likely?: { readonly labelColumn?: string; readonly framesColumn?: string };
}

type JSONObject = Readonly<Record<string, unknown>>;

/** Usual names of the fields of frames and of labels, the preferred ones first. */
const FRAMES = ["frames", "sequence", "values", "data", "features", "series", "signal", "x"];
export const LABELS = ["label", "class", "category", "target", "action", "gesture", "activity", "motion", "sign", "y"];

/** Usual names of fields that tell who a sequence comes from. */
export const GROUPS = ["group", "subject", "person", "participant", "user", "actor", "signer", "speaker"];

/** Whether a record holds a sequence of vectors. A list of numbers beside a text, such as its embedding, is none. */
export function hasFrames(record: JSONObject): boolean {
  const frames = framesIn(record);
  return frames !== undefined && (Array.isArray((record[frames] as unknown[])[0]) || !hasText(record));
}

function hasText(record: JSONObject): boolean {
  return rolesOf({})[0].names.some((name) => typeof record[name] === "string");
}

/**
 * Reads sequences from JSON Lines, or from an array of objects.
 *
 * Throws `RangeError` or `SyntaxError`, with the line, if a record has no frames or no label that others have, if its
 * frames are empty, ragged or not finite, or have other channels than those of the first record.
 */
export function readJSONSequences(content: string, fields: VectorFields): VectorSequences {
  const isDocument = isArray(content);
  const records = isDocument ? recordsOfDocument(content).records : recordsOfJSONLines(content);
  if (records.length === 0) throw new InputRangeError("expected sequences, found none");
  const place = (number: number): string => isDocument ? `record ${number}` : `line ${number}`;
  const { labelColumn, framesColumn } = fields.likely ?? {};
  const framesField = framesFieldOf(records[0], place, framesColumn);
  const labelField = fields.labelColumn ??
    [labelColumn ?? "", ...LABELS].find((name) => isLabel(valueAt(records[0].value, name)));
  const sequences = records.map(({ value, number }): VectorSequence => {
    const source = place(number);
    const frames = valueAt(value, framesField);
    if (frames === undefined) throw missing(value, framesField, source);
    return vectorSequence(frames, {
      ...labelField !== undefined && { label: textAt(value, labelField, source) },
      ...fields.group !== undefined && { group: textAt(value, fields.group, source) },
      source,
    });
  });
  return {
    sequences,
    channels: expectSameChannels(sequences),
    ...coordinatesOf(valueAt(records[0].value, framesField)),
    ...labelField !== undefined && { labelColumn: labelField },
    framesColumn: framesField,
    format: isDocument ? "JSON" : "JSON Lines",
  };
}

/** Returns the name of a field that probably tells who each sequence comes from. */
export function likelyGroup(content: string): string | undefined {
  const [first] = isArray(content) ? recordsOfDocument(content).records : recordsOfJSONLines(firstLine(content));
  return GROUPS.find((name) => isLabel(first?.value[name]));
}

function firstLine(content: string): string {
  return /\S[^\n]*/.exec(content)?.[0] ?? "";
}

function framesFieldOf(
  { value, number }: JSONRecord,
  place: (number: number) => string,
  likely: string | undefined,
): string {
  if (likely !== undefined && isSeries(valueAt(value, likely))) return likely;
  const found = framesIn(value);
  if (found !== undefined) return found;
  const names = describeList(Object.keys(value)) || "none";
  throw new InputRangeError(`expected a field with a list of frames on ${place(number)}, found ${names}`);
}

/** Returns the name of a record's field with frames: a usual name, or the only list of lists of numbers. */
function framesIn(record: JSONObject): string | undefined {
  const usual = FRAMES.find((name) => isSeries(record[name]));
  if (usual !== undefined) return usual;
  const others = Object.keys(record).filter((name) => Array.isArray((record[name] as unknown[])?.[0]));
  return others.length === 1 && isSeries(record[others[0]]) ? others[0] : undefined;
}

/** Whether a value is a list of numbers or of frames. An empty list is one, so that it can be refused with its line. */
function isSeries(value: unknown): boolean {
  const first = Array.isArray(value) ? value[0] : undefined;
  return Array.isArray(value) && (value.length === 0 || Array.isArray(first) || typeof first === "number");
}

function isLabel(value: unknown): boolean {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

function textAt(record: JSONObject, field: string, source: string): string {
  const value = valueAt(record, field);
  if (isLabel(value) && String(value).trim() !== "") return String(value).trim();
  if (value === undefined) throw missing(record, field, source);
  throw new InputRangeError(`expected a text or a number in ${field} on ${source}, found ${describeValue(value)}`);
}

function missing(record: JSONObject, field: string, source: string): InputRangeError {
  return new InputRangeError(
    `expected a field ${describeValue(field)} on ${source}, found ${describeList(Object.keys(record)) || "none"}`,
  );
}

/** Returns the number of coordinates if each frame is a list of joints. */
function coordinatesOf(frames: unknown): Pick<VectorSequences, "coordinates"> {
  const joints = (frames as unknown[])[0];
  const joint = Array.isArray(joints) ? joints[0] : undefined;
  const count = Array.isArray(joint) ? joint.length : 0;
  return count === 2 || count === 3 ? { coordinates: count } : {};
}
