import { InputRangeError } from "../../errors.ts";
import { MAX_SPECIAL_TOKENS } from "../limits.ts";
import type { PostProcessor } from "./post_processor.ts";

/** Throws `RangeError` if a post-processor adds too many special tokens to a text or a pair. */
export function checkAdded(processor: PostProcessor): void {
  for (const [isPair, input] of [[false, "a text"], [true, "a pair"]] as const) {
    const added = processor.addedTokens(isPair);
    if (added <= MAX_SPECIAL_TOKENS) continue;
    throw new InputRangeError(
      `add special tokens: expected at most ${MAX_SPECIAL_TOKENS} for ${input}, found ${added}`,
    );
  }
}
