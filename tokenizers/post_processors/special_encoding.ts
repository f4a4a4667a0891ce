import { Encoding, type EncodingFields } from "../encoding.ts";

/** A special token and its id. */
export type SpecialToken = readonly [token: string, id: number];

/** An encoding of special tokens that belong to no text. */
export function specialEncoding(tokens: readonly SpecialToken[], typeId: number): Encoding {
  return new Encoding({
    ids: tokens.map(([, id]) => id),
    typeIds: tokens.map(() => typeId),
    tokens: tokens.map(([token]) => token),
    offsets: tokens.map(() => [0, 0] as const),
    attentionMask: tokens.map(() => 1),
    specialTokensMask: tokens.map(() => 1),
    wordIds: tokens.map(() => undefined),
    sequenceIds: tokens.map(() => undefined),
  });
}

/** The type ids of an encoding whose tokens all share one type id. */
export function sameTypeIds({ ids }: Encoding, typeId: number): Pick<EncodingFields, "typeIds"> {
  return { typeIds: ids.map(() => typeId) };
}
