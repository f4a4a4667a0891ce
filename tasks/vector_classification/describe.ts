import { abbreviate } from "../../src/schema/mod.ts";
import { extentOf } from "../data/extent.ts";
import type { VectorSequences } from "../data/mod.ts";
import { count, countParameters } from "../task_model/mod.ts";
import type { Augmentation } from "./augmentation.ts";
import type { FrameProcessor } from "./frame_processor.ts";
import type { VectorClassifier } from "./model.ts";

/** Describes a model and the amount of data, as one clause. */
export function describeModel(model: VectorClassifier, sequences: number): string {
  const { cell, conv, filters, convPool, hidden, layers, members, bidirectional, pooling, labels } = model.config;
  return [
    `${members > 1 ? `${members} members, each ` : ""}${cell} ${layers} x ${hidden}${
      bidirectional ? " bidirectional" : ""
    }`,
    `pooling ${pooling}`,
    ...conv ? [`${count(filters ?? hidden, "filter")} of width ${conv}${convPool ? `, pool ${convPool}` : ""}`] : [],
    countParameters(model),
    count(labels.length, "label"),
    `on ${count(sequences, "sequence")}`,
  ].join(", ");
}

/** Describes how frames become inputs, in one line. */
export function describeProcessor({ skeleton, picture, isCentered, channels, width }: FrameProcessor): string {
  const velocities = width > channels ? ", with velocities" : "";
  if (skeleton) {
    const { coordinates, reference, vertical, pairs } = skeleton;
    const sides = pairs.map(([left, right]) => `${left + 1}-${right + 1}`).join(", ") || "none";
    return `Skeletons: ${count(channels / coordinates, "joint")} of ${coordinates} coordinates, of which ${
      "xyz"[vertical]
    } is vertical, centered in joint ${reference + 1}${velocities}; joints of both sides: ${sides}.`;
  }
  if (picture) {
    const centered = isCentered ? ", each centered in what differs from its background" : "";
    return `Pictures of ${picture[0]} x ${picture[1]} values${centered}${velocities}.`;
  }
  return `Frames of ${count(channels, "value")}${velocities}.`;
}

/** Describes how training sequences are changed, in one line. */
export function describeAugmentation(
  { skeleton, picture }: FrameProcessor,
  { jitter, speed, mirror, rotation, stretch }: Augmentation,
): string {
  const changes = [
    ...mirror && (skeleton || picture) ? ["mirroring"] : [],
    ...rotation > 0 && skeleton?.coordinates === 3 ? [`turns of up to ${rotation} degrees`] : [],
    ...speed > 0 ? [`${percentOf(speed)} of speed`] : [],
    ...stretch > 0 ? [`${percentOf(stretch)} of size${picture ? " and place" : ""}`] : [],
    ...jitter > 0 ? [`noise of ${jitter}`] : [],
  ];
  return changes.length === 0 ? "No augmentation." : `Augmentation: ${changes.join(", ")}.`;
}

function percentOf(share: number): string {
  return `up to ${Math.round(100 * share)} %`;
}

/** Describes a file: its format, and the number of sequences of each label and of groups. */
export function describeFile(path: string, { sequences, channels, format }: VectorSequences): string {
  const counts = new Map<string, number>();
  for (const { label = "no label" } of sequences) counts.set(label, (counts.get(label) ?? 0) + 1);
  const shares = [...counts].sort(([a], [b]) => a < b ? -1 : 1).map(([label, n]) =>
    `${abbreviate(label, 40)} ${n.toLocaleString("en")}`
  );
  const shown = shares.length > 12 ? [...shares.slice(0, 12), `and ${shares.length - 12} more labels`] : shares;
  const groups = new Set(sequences.flatMap(({ group }) => group ?? [])).size;
  const [least, most] = extentOf(sequences.map(({ length }) => length));
  const frames = `${least === most ? "" : `${least} to `}${count(most, "frame")} of ${count(channels, "value")}`;
  return `${path}: ${count(sequences.length, "sequence")} of ${frames} (${format}${
    groups === 0 ? "" : `, ${count(groups, "group")}`
  }): ${shown.join(", ")}.`;
}

/** Returns a note of the sequences that are longer than a model reads, if there are any. */
export function describeShortened(files: readonly VectorSequences[], most: number): string[] {
  const long = files.flatMap(({ sequences }) => sequences.filter(({ length }) => length > most));
  if (long.length === 0) return [];
  const verb = long.length === 1 ? "is" : "are";
  return [
    `${count(long.length, "sequence")} of more than ${count(most, "frame")} ${verb} shortened to as many, such as ${
      long[0].source
    }; --max-frames sets another number.`,
  ];
}
