/**
 * Search for a good configuration within a given time, by successive halving (Jamieson and Talwalkar 2016): what to
 * try, for how long, and which to keep. This folder handles configurations, figures and seconds as data; it must not
 * know how a configuration is trained, or on what.
 * @module
 */
export { readRecord, type TuningRecord, writeRecord } from "./record.ts";
export { planRungs, type Rung, type RungPlan } from "./rungs.ts";
export {
  expectSeconds,
  type Figures,
  type Found,
  Search,
  type SearchOptions,
  type Trained,
  type Trial,
} from "./search.ts";
export { type Dimension, freeDimensions, merge, type RunFields, sampleCandidates } from "./space.ts";
export { describeFields, tableOfTrials } from "./table.ts";
