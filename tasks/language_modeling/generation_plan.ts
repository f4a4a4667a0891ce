import { complete } from "../../src/schema/mod.ts";
import type { Tokenizer } from "../../tokenizers/mod.ts";
import {
  completeGeneration,
  type GenerateOptions,
  type GenerationSettings,
  type GenerationState,
} from "./generation_options.ts";
import { endOfTextId } from "./end_of_text.ts";
import type { LanguageModelConfig } from "./hyperparameters.ts";
import type { LanguageNetwork } from "./network.ts";
import { NEURAL_CACHE, type NeuralCacheSettings } from "./neural_cache.ts";
import { TokenRules } from "./token_rules.ts";

/** The parts of a model that generate text. */
export interface TextGenerator {
  /** Computes the logits of the next token. */
  readonly network: LanguageNetwork;
  /** Converts text to ids and back. */
  readonly tokenizer: Tokenizer;
  /** The id of the token before and after each document; undefined for a model of running text. */
  readonly end: number | undefined;
}

/** The settings and the state that the texts of one call have in common. */
export interface GenerationPlan {
  /** The settings, complete and checked. */
  readonly settings: GenerationSettings;
  /** Bans and biases. */
  readonly rules: TokenRules;
  /** The state to start from; none if the text of the given state has ended, since documents begin with zeros. */
  readonly state: GenerationState | undefined;
  /** Settings of the texts' neural caches, if they have one. */
  readonly cache: NeuralCacheSettings | undefined;
  /** Seed of the first text. */
  readonly seed: number;
  /** Whether later texts go on from the states of these; an unfinished character is left to them. Default: false. */
  readonly goesOn?: boolean;
}

/** Returns the parts of a model that generate text. Throws `RangeError` if the tokenizer lacks the end of a text. */
export function generatorOf(
  { network, tokenizer, config: { endOfText } }: {
    readonly network: LanguageNetwork;
    readonly tokenizer: Tokenizer;
    readonly config: Pick<LanguageModelConfig, "endOfText">;
  },
): TextGenerator {
  return { network, tokenizer, end: endOfText === null ? undefined : endOfTextId("generate", tokenizer, endOfText) };
}

/** Checks the options of a generation. Throws `RangeError` if one is invalid. */
export function planGeneration({ tokenizer, end }: TextGenerator, options: GenerateOptions): GenerationPlan {
  const settings = completeGeneration("generate", options);
  return {
    settings,
    rules: new TokenRules(tokenizer, end, settings),
    cache: options.cache && complete(NEURAL_CACHE, options.cache, "generate"),
    state: options.state?.token === end ? undefined : options.state,
    seed: settings.seed ?? crypto.getRandomValues(new Uint32Array(1))[0],
  };
}
