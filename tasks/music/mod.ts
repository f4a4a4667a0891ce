/**
 * Music: models that measure, compose, continue and harmonize tunes, MIDI files and piano rolls. This folder knows
 * pieces as tokens; it must not know where they are heard or shown.
 * @module
 */
export type { ComposeSettings } from "./composing.ts";
export type { MusicCorpus } from "./corpus.ts";
export type { MusicConfig, MusicInitialisation, MusicSettings } from "./hyperparameters.ts";
export type { MusicEpoch } from "./learning.ts";
export type { Likelihood, LikelihoodOptions } from "./likelihood.ts";
export {
  type ComposeOptions,
  type Composition,
  type HarmonizeOptions,
  type HarmonizeSettings,
  type MusicFitOptions,
  MusicModel,
  type MusicModelOptions,
} from "./model.ts";
export { type MusicInputs, MusicNetwork, type MusicNetworkOptions, type TokenPlaces } from "./network.ts";
export type { MusicRules, Notation, PieceReader, StepVocabulary } from "./notations/mod.ts";
export { MUSIC, type MusicTypes } from "./task.ts";
