import { InputRangeError } from "../../errors.ts";
import { brief } from "../json_fields.ts";

/**
 * Throws the `RangeError` of a text that a model has no token for.
 *
 * @param what What was expected: words or characters.
 * @param unknownToken The unknown token, which the vocabulary lacks, if the model names one.
 */
export function refuseUnknown(what: string, found: string, unknownToken?: string): never {
  const lack = unknownToken ? `which lacks the unknown token ${brief(unknownToken)}` : "which has no unknown token";
  throw new InputRangeError(`encode: expected ${what} of the vocabulary, ${lack}, found ${brief(found)}`);
}
