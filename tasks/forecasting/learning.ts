import { type Communicator, rangeOf, shareRows, SingleProcess } from "../../src/distributed/mod.ts";
import { add, affine, Random, type Tensor } from "../../src/nn/mod.ts";
import type { OptimizerOptions, ParameterGroup } from "../../src/optim/mod.ts";
import { MemberShare } from "../batching/mod.ts";
import { type Batch, type Learning, type MeasuredEvent, type Measurement, spreadItems } from "../../src/train/mod.ts";
import type { EpochEvent } from "../task_model/mod.ts";
import { fitCalibration, fitCorrection, type Outcome } from "./calibration.ts";
import type { TrainingOrigins } from "./corpus.ts";
import { type Distribution, distributionOf } from "./distributions/mod.ts";
import { hostLoss } from "./host_loss.ts";
import type { ForecasterConfig, ForecasterSettings } from "./hyperparameters.ts";
import { forecastWindows, type WindowOutputs, type WindowSource } from "./inference.ts";
import type { ForecastMember, ForecastNetwork } from "./network.ts";
import { type Origin, readNaive, readTargets, readWindows, scaleOf } from "./windows.ts";
import { type Scale, unscaleValue } from "./scaling.ts";

/** The result of a validation. */
export interface ForecastMeasurement extends Measurement {
  /** Factors of the quantiles' distances that fit the validation windows. */
  readonly calibration: readonly number[];
  /** Share of the network's correction of the naive forecast that fits the validation windows. */
  readonly correction: number;
}

/** The event that reports an epoch of a forecaster's training; losses are those of scaled values. */
export interface ForecasterEpoch extends EpochEvent {
  /** Number of training windows in an epoch. */
  readonly windows: number;
}

/** Converts the event of an epoch into a forecaster's. */
export function forecasterEvent(
  { epoch, loss, measured, isBest }: MeasuredEvent<ForecastMeasurement>,
  { windows }: ForecastLearning,
): ForecasterEpoch {
  return { event: "epoch", epoch, loss, validLoss: measured?.loss ?? null, isBest, windows };
}

/** The data of a forecaster's training. */
export interface ForecastData extends WindowSource {
  /** The places of the training windows. */
  readonly train: Pick<TrainingOrigins, "length" | "origin">;
  /** The places of the validation windows, which select the best parameters; may be empty. */
  readonly valid: readonly Origin[];
  /** For each series, the index after the last value that training may see. */
  readonly ends: readonly number[];
}

/** A forecaster's training: random batches of windows. */
export class ForecastLearning implements Learning<ForecastMeasurement> {
  /** The network that is trained. */
  readonly module: ForecastNetwork;
  /** The parameters of the recurrent part and those of the linear maps, each group with its own learning rate. */
  readonly trainable: ParameterGroup<OptimizerOptions>[];
  /** Number of windows in an epoch. */
  readonly windows: number;
  /** Number of batches in an epoch. */
  readonly batches: number;
  /** Size of the validation data, in batches. */
  readonly validationBatches: number;
  /** A lower loss is better. */
  readonly direction = "minimize";
  /** Whether this rank trains a parameter, if ranks share out the members. */
  readonly owns: Learning<ForecastMeasurement>["owns"];
  #communicator: Communicator;
  #ensemble: MemberShare<ForecastMember>;
  #data: ForecastData;
  #config: ForecasterConfig;
  #settings: ForecasterSettings;
  #distribution: Distribution;
  #epoch = -1;
  #order: Int32Array = new Int32Array();

  constructor(
    network: ForecastNetwork,
    data: ForecastData,
    config: ForecasterConfig,
    settings: ForecasterSettings,
    communicator: Communicator = new SingleProcess(),
  ) {
    this.#communicator = communicator;
    this.module = network;
    this.#ensemble = new MemberShare(network.members, communicator, settings);
    this.owns = this.#ensemble.owns;
    this.#data = data;
    this.#config = config;
    this.#settings = settings;
    this.#distribution = distributionOf(config.distribution, config.levels, settings.loss);
    this.windows = Math.min(settings.windows, data.train.length);
    this.batches = Math.ceil(this.windows / settings.batch);
    this.validationBatches = data.valid.length / settings.batch;
    const linear = new Set(network.members.flatMap(({ linear }) => linear?.parameters() ?? []));
    const { learningRate, linearRate } = settings;
    this.trainable = [
      { parameters: network.parameters().filter((parameter) => !linear.has(parameter)), options: { learningRate } },
      ...linear.size > 0 ? [{ parameters: [...linear], options: { learningRate: linearRate * learningRate } }] : [],
    ];
  }

  batch(epoch: number, index: number): Batch {
    if (epoch !== this.#epoch) this.#order = this.#draw(epoch);
    this.#epoch = epoch;
    const { batch } = this.#settings;
    const places = this.#order.subarray(index * batch, Math.min(this.windows, (index + 1) * batch));
    const all = Array.from(places, (place) => this.#data.train.origin(place));
    const [first, end] = rangeOf(all.length, this.#ensemble.items);
    const origins = all.slice(first, end);
    const isWhole = origins.length === all.length;
    const [own, total] = isWhole ? [1, 1] : [this.#countKnown(origins), this.#countKnown(all)];
    // Divided by the same number, equal derivatives cancel as they do in the whole batch.
    const isTogether = !isWhole && this.#settings.syncEvery === 1;
    return {
      weight: origins.length,
      part: own === 0 ? 0 : own / total,
      scale: isTogether ? 1 : undefined,
      tokens: origins.length * this.#config.horizon,
      loss: () => this.#loss(origins, isTogether ? total : undefined),
    };
  }

  /** Number of targets of windows that are known, by which a loss is divided. */
  #countKnown(origins: readonly Origin[]): number {
    const { series, shape: { horizon }, ends } = this.#data;
    return origins.reduce((sum, { series: place, at }) => {
      const { values } = series[place];
      let count = 0;
      for (let h = at; h < Math.min(at + horizon, values.length, ends[place]); h++) {
        if (!Number.isNaN(values[h])) count++;
      }
      return sum + count;
    }, 0);
  }

  /** Computes the mean of the members' losses, or the part in it of those that this rank trains. */
  #loss(origins: readonly Origin[], total?: number): Tensor {
    const { series, shape, processor } = this.#data;
    const batch = readWindows(series, origins, shape, processor);
    const targets = this.#targets(origins, batch.scales);
    const { members } = this.module;
    const losses = this.#ensemble.losses(
      (member) =>
        hostLoss(
          member.forward(batch),
          (outputs, slopes) => this.#score(outputs, slopes, targets, batch.scales, total),
        ),
      (member) => member.forward(batch),
    );
    return members.length === 1 ? losses[0] : affine(losses.reduce(add), 1 / members.length);
  }

  /** Reads the targets of training, without the values that belong to validation. */
  #targets(origins: readonly Origin[], scales: readonly Scale[]): Float32Array {
    const { series, shape, ends } = this.#data;
    const { horizon } = shape;
    const targets = readTargets(series, origins, shape, scales);
    origins.forEach(({ series: place, at }, b) => {
      if (at + horizon > ends[place]) targets.fill(NaN, b * horizon + ends[place] - at, (b + 1) * horizon);
    });
    return targets;
  }

  /**
   * Returns the loss of outputs, summed over the targets that are not missing and divided by their number or by
   * `total`, and writes its derivatives.
   */
  #score(
    outputs: Float32Array,
    slopes: Float32Array,
    targets: Float32Array,
    scales: readonly Scale[],
    total?: number,
  ): number {
    const { horizon } = this.#config;
    const count = this.#distribution.initial.length;
    const [own, derivatives] = [new Float64Array(count), new Float64Array(count)];
    let sum = 0;
    const known = total ?? targets.filter((target) => !Number.isNaN(target)).length;
    for (let i = 0; i < targets.length; i++) {
      if (Number.isNaN(targets[i])) continue;
      const b = Math.floor(i / horizon);
      const first = b * count * horizon + i % horizon;
      for (let k = 0; k < count; k++) own[k] = outputs[first + k * horizon];
      sum += this.#distribution.loss(own, targets[i], derivatives, scales[b]);
      for (let k = 0; k < count; k++) slopes[first + k * horizon] = derivatives[k] / known;
    }
    return known === 0 ? 0 : sum / known;
  }

  async measure(signal?: AbortSignal, share = 1): Promise<ForecastMeasurement | null> {
    const { series, shape } = this.#data;
    if (this.#data.valid.length === 0) return null;
    const valid = spreadItems(this.#data.valid, share);
    const windows = await this.#read(valid, signal);
    const targets = readTargets(series, valid, shape, windows.map(({ scale }) => scale));
    const naive = readNaive(series, valid, shape);
    const scales = windows.map(({ scale }) => scale);
    const { share: correction, loss } = fitCorrection((share) => {
      const outputs = this.#corrected(windows, naive, share);
      const loss = this.#score(outputs, new Float32Array(outputs.length), targets, scales);
      return { loss, squared: this.#squaredError(outputs, targets) };
    });
    const outputs = this.#corrected(windows, naive, correction);
    const { levels } = this.#config;
    const calibration = fitCalibration(this.#outcomes(outputs, targets, scales), this.#distribution, levels);
    return { objective: loss, loss, calibration, correction };
  }

  /** Returns the outputs of windows, one after the other, with a share of the correction of the naive forecasts. */
  #corrected(windows: readonly WindowOutputs[], naive: Float32Array, share: number): Float32Array {
    const { horizon } = this.#config;
    const width = this.#distribution.initial.length * horizon;
    const all = new Float32Array(windows.length * width);
    windows.forEach(({ outputs }, b) => {
      all.set(outputs, b * width);
      if (share === 1) return;
      for (let h = 0; h < horizon; h++) {
        const from = naive[b * horizon + h];
        all[b * width + h] = from + share * (outputs[h] - from);
      }
    });
    return all;
  }

  /** The mean squared error of the point forecasts of windows, scaled. */
  #squaredError(outputs: Float32Array, targets: Float32Array): number {
    const { horizon } = this.#config;
    const width = this.#distribution.initial.length * horizon;
    let [sum, known] = [0, 0];
    targets.forEach((target, i) => {
      if (Number.isNaN(target)) return;
      sum += (target - outputs[Math.floor(i / horizon) * width + i % horizon]) ** 2;
      known++;
    });
    return known === 0 ? 0 : sum / known;
  }

  /** Runs the network on windows, each on one of the ranks. */
  async #read(origins: readonly Origin[], signal?: AbortSignal): Promise<WindowOutputs[]> {
    if (this.#communicator.size === 1) return await forecastWindows(this.module, this.#data, origins, signal);
    const outputs = await shareRows(this.#communicator, origins.length, async (places) => {
      const own = await forecastWindows(this.module, this.#data, places.map((place) => origins[place]), signal);
      return own.map((window) => window.outputs);
    });
    return outputs.map((own, i) => ({ outputs: own, scale: scaleOf(this.#data, origins[i]) }));
  }

  #outcomes(outputs: Float32Array, targets: Float32Array, scales: readonly Scale[]): Outcome[] {
    const { horizon } = this.#config;
    const width = this.#distribution.initial.length * horizon;
    return scales.flatMap((scale, b) => {
      const outcomes: Outcome[] = [];
      for (let h = 0; h < horizon; h++) {
        const target = targets[b * horizon + h];
        if (Number.isNaN(target)) continue;
        const own = Float64Array.from(this.#distribution.initial, (_, k) => outputs[b * width + k * horizon + h]);
        outcomes.push({ value: unscaleValue(target, scale), outputs: own, scale });
      }
      return outcomes;
    });
  }

  /** Draws the windows of an epoch; they depend only on the seed and the epoch. */
  #draw(epoch: number): Int32Array {
    const { engine } = this.module;
    const random = new Random(this.#settings.seed, { engine, stream: 2 * epoch });
    return leastDraws(random.uniform(this.#data.train.length), this.windows);
  }
}

/** How many times as many draws are sorted as are wanted, on average. */
const SORTED = 1.5;

/**
 * Returns the places of the `count` least of draws between 0 and 1, the least first. Draws that are far from the least
 * are not sorted.
 */
export function leastDraws(draws: Float32Array, count: number): Int32Array {
  const bound = SORTED * count / draws.length;
  const places: number[] = [];
  for (let i = 0; i < draws.length; i++) if (draws[i] < bound) places.push(i);
  const sorted = places.length < count ? draws.keys() : places;
  return Int32Array.from(sorted).sort((a, b) => draws[a] - draws[b] || a - b).subarray(0, count);
}
