import { InputRangeError } from "../../errors.ts";
import { type Communicator, firstDifference } from "../../src/distributed/mod.ts";
import type { Module } from "../../src/nn/mod.ts";
import { refuse } from "../../src/schema/mod.ts";
import type { TrainSettings } from "../../src/train/mod.ts";
import { Fingerprint } from "./fingerprint.ts";

/** The properties that the ranks of a run must share. */
interface Common {
  /** The settings. */
  readonly settings: TrainSettings;
  /** Hash of the data. */
  readonly fingerprint: number;
  /** The noun for the data. */
  readonly noun: string;
  /** Number of steps that the run has taken. */
  readonly step: number;
  /** The model. */
  readonly model: { readonly config: object; readonly network: Module };
}

/**
 * Throws `RangeError` on all ranks, with the first difference and its rank, unless all have the same data, settings,
 * model and weights, or if their settings exclude each other.
 */
export async function expectAgreement(
  communicator: Communicator,
  { settings, fingerprint, noun, step, model: { config, network } }: Common,
): Promise<void> {
  const { size } = communicator;
  const difference = await firstDifference(communicator, [
    { what: `${noun} with the hash`, value: fingerprint },
    { what: "the settings", value: settings },
    { what: "the configuration", value: config },
    { what: "the number of steps taken", value: step },
    { what: "weights with the hash", value: size === 1 ? 0 : weightsHash(network) },
  ]);
  if (difference !== undefined) throw new InputRangeError(`fit: ${difference}`);
  if (size === 1) return;
  const { syncEvery, lazy } = settings;
  if (lazy && syncEvery > 1) refuse("fit", "lazy", "false with syncEvery", lazy);
  const average = (["averaging", "averageLast", "averageAfter"] as const).find((name) => settings[name]);
  if (syncEvery > 1 && average !== undefined) refuse("fit", "syncEvery", `1 with ${average}`, syncEvery);
}

function weightsHash(network: Module): number {
  const fingerprint = new Fingerprint();
  for (const parameter of network.parameters()) {
    const values = parameter.toArray();
    fingerprint.addAll(new Int32Array(values.buffer, values.byteOffset, values.length));
  }
  return fingerprint.value;
}
