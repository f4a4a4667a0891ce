import { InputRangeError } from "../../errors.ts";
import { brief } from "../json_fields.ts";
import type { TokenSink } from "./model.ts";

/**
 * Throws the `RangeError` of a text that a model has no token for, unless the receiver of the tokens leaves it out.
 *
 * @param what What was expected: words or characters.
 * @param unknownToken The unknown token, which the vocabulary lacks, if the model names one.
 */
export function refuseUnknown(tokens: TokenSink, what: string, found: string, unknownToken?: string): void {
  if (tokens.leavesOutUnknown) return;
  const lack = unknownToken ? `which lacks the unknown token ${brief(unknownToken)}` : "which has no unknown token";
  throw new InputRangeError(`encode: expected ${what} of the vocabulary, ${lack}, found ${brief(found)}`);
}
