import { type GenerateOptions, GENERATION } from "../../tasks/language_modeling/mod.ts";
import { CACHE_FIELDS, cacheOf } from "../../tasks/language_modeling/cache_fields.ts";
import { isBias } from "../../tasks/language_modeling/generation_options.ts";
import { withoutEscapes } from "../../tasks/language_modeling/text_parts.ts";
import { type Fields, fieldsOf, type GivenOptions, type OptionSpecs, refuseContradictions } from "../arguments/mod.ts";

/** The option that raises or lowers the logits of tokens. */
export const LOGIT_BIAS_OPTION = {
  "logit-bias": {
    kind: "string",
    group: "sampling",
    value: "TOKEN=X",
    repeatable: true,
    check: (text) => biasOf(text) ? undefined : "a token, an equals sign and a number from -1e9 to 1e9",
    help: "Add X to the logit of the token; may be given more than once.",
  },
} as const satisfies OptionSpecs;

/**
 * Returns the options of a generation that the command line gives. Throws `UsageError` if they contradict each other.
 */
export function generateOptions(values: GivenOptions): GenerateOptions {
  const fields = fieldsOf(GENERATION, values);
  refuseContradictions(GENERATION as Fields, fields);
  const given: GenerateOptions = fields;
  const cachePlan = fieldsOf(CACHE_FIELDS, values);
  refuseContradictions(CACHE_FIELDS as Fields, cachePlan);
  const cache = cacheOf(cachePlan);
  const biases = (values["logit-bias"] as readonly string[] | undefined)?.map((text) => biasOf(text)!);
  return {
    ...given,
    ...given.stop === undefined ? {} : { stop: [given.stop].flat().map((text) => withoutEscapes(text)) },
    ...given.ban === undefined ? {} : { ban: [given.ban].flat().map((token) => withoutEscapes(String(token))) },
    ...cache === undefined ? {} : { cache },
    ...biases === undefined ? {} : { logitBias: new Map(biases) },
  };
}

/** Reads `TOKEN=X`; the token may have an equals sign of its own. */
function biasOf(text: string): readonly [token: string, bias: number] | undefined {
  const at = text.lastIndexOf("=");
  const number = text.slice(at + 1);
  if (at < 1 || number.trim() === "" || !isBias(Number(number))) return undefined;
  return [withoutEscapes(text.slice(0, at)), Number(number)];
}
