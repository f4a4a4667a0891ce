/** Turns tokens back into text. */
export interface Decoder {
  /** What decodes one sequence of tokens, from its beginning. */
  stream(): TokenStream;

  /** This part of a `tokenizer.json`. */
  toJSON(): unknown;
}

/**
 * A sequence of tokens on its way to text: takes each token in fragments and hands on fragments. Most decoders rewrite
 * whole tokens; after `Fuse` all is one token whose fragments can be handed on before it ends.
 */
export interface TokenStream {
  /**
   * Takes a fragment of the current token.
   *
   * @param fragment Text of the token, never half a character.
   * @param ends Whether the token ends with it.
   * @param next Takes what is certain now: fragments of the tokens that come out.
   */
  push(fragment: string, ends: boolean, next: FragmentSink): void;

  /** The sequence ends after a whole token: hands on what was held back, and makes the stream as new. */
  flush(next: FragmentSink): void;
}

/** Takes a fragment of a token, and whether the token ends with it. */
export type FragmentSink = (fragment: string, ends: boolean) => void;

/** The tokens that come out of a decoder for some tokens, as Hugging Face's `decode_chain` gives them. */
export function decodeTokens(decoder: Decoder, tokens: Iterable<string>): string[] {
  const decoded: string[] = [];
  let open = "";
  const take: FragmentSink = (fragment, ends) => {
    open += fragment;
    if (!ends) return;
    decoded.push(open);
    open = "";
  };
  const stream = decoder.stream();
  for (const token of tokens) stream.push(token, true, take);
  stream.flush(take);
  return decoded;
}
