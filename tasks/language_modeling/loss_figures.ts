import { bitsPerCharacter, perplexity } from "../../src/train/mod.ts";
import { count } from "../../src/schema/mod.ts";

/** The mean loss of a text in nats per token, and what it is a mean over. */
export interface MeasuredLoss {
  readonly loss: number;
  readonly tokens: number;
  readonly characters: number;
}

/** Describes a loss in words. */
export function describeLoss({ loss, tokens, characters }: MeasuredLoss): string {
  const figures = `loss ${loss.toFixed(4)} nats per token, perplexity ${perplexity(loss).toFixed(3)}`;
  const bits = `${bitsPerCharacter(loss, tokens, characters).toFixed(4)} bits per character`;
  return [figures, ...characters === 0 ? [] : [bits], count(tokens, "token")].join(", ");
}

/** Returns the same as JSON. */
export function lossFields({ loss, tokens, characters }: MeasuredLoss): Record<string, unknown> {
  const bits_per_char = characters === 0 ? null : bitsPerCharacter(loss, tokens, characters);
  return { loss, perplexity: perplexity(loss), bits_per_char, tokens };
}
