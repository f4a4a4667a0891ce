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
