// Networks of Keras, TensorFlow.js and ONNX: valid files to damage.

import { importLayers } from "../../tasks/exchange/mod.ts";
import {
  fromBase64,
  KERAS_GOLDENS,
  ONNX_GOLDENS,
  TENSORFLOW_JS_GOLDENS,
  unpackFile,
} from "../support/exchange_goldens.ts";
import { openZip } from "../../src/formats/zip.ts";
import { encodeZipParts } from "../../src/formats/zip_writer.ts";
import { mutateBytes, mutateJSON, pick, type Random } from "./mutations.ts";
import type { Reader } from "./reader.ts";

const HDF5 = KERAS_GOLDENS.flatMap(([, { files }]) => [files.h5, files.weights]).filter((file) => file !== undefined);
const KERAS = KERAS_GOLDENS.map(([, { files }]) => files.keras);

const utf8 = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value) ?? "");

/** The configurations and the weights of `.keras` files. */
const ARCHIVES = await Promise.all(KERAS.map(async (file) => {
  const { names, read } = openZip(unpackFile(file));
  return await Promise.all(names.map(async (name) => ({ name, bytes: (await read(name)).slice() })));
}));

/** Damages the configuration or the weights in an archive, which itself stays whole. */
function damageKeras(random: Random): Uint8Array<ArrayBuffer> {
  const files = pick(ARCHIVES, random);
  const damaged = pick(["config.json", "model.weights.h5"], random);
  const parts = encodeZipParts(files.map(({ name, bytes }) => {
    if (name !== damaged) return { name, bytes };
    if (name.endsWith(".h5")) return { name, bytes: mutateBytes(bytes, random) };
    return { name, bytes: utf8(mutateJSON(JSON.parse(new TextDecoder().decode(bytes)), random)) };
  }));
  return Uint8Array.from(parts.flatMap((part) => [...part]));
}

/** The readers of the formats. */
export const NETWORK_READERS: readonly Reader[] = [
  {
    name: "HDF5",
    damage: (random) => mutateBytes(unpackFile(pick(HDF5, random)), random),
    read: (bytes) => importLayers(bytes),
  },
  { name: "Keras", damage: damageKeras, read: (bytes) => importLayers(bytes) },
  {
    name: "ONNX",
    damage: (random) => mutateBytes(unpackFile(pick(ONNX_GOLDENS, random)[1].model), random),
    read: (bytes) => importLayers(bytes),
  },
  {
    name: "TensorFlow.js",
    damage: (random) => utf8(mutateJSON(pick(TENSORFLOW_JS_GOLDENS, random)[1].model, random)),
    read: (bytes) => {
      const { weights } = TENSORFLOW_JS_GOLDENS[0][1];
      return importLayers(bytes, { readFile: () => Promise.resolve(fromBase64(weights)) });
    },
  },
];
