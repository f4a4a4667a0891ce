/** Turns tokens back into text. */
export interface Decoder {
  /** Creates a stream that decodes one sequence of tokens from its start. */
  stream(): TokenStream;

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown;
}

/**
 * Decodes a sequence of tokens incrementally: takes and emits tokens in fragments. Most decoders rewrite whole tokens;
 * after `Fuse`, the sequence is a single token whose fragments can be emitted before it ends.
 */
export interface TokenStream {
  /**
   * Takes a fragment of the current token.
   *
   * @param fragment Part of the token; never splits a character.
   * @param ends Whether this is the token's last fragment.
   * @param next Receives the output that is now certain, as fragments of the decoded tokens.
   */
  push(fragment: string, ends: boolean, next: FragmentSink): void;

  /** Ends the sequence after a whole token: emits what was held back and resets the stream. */
  flush(next: FragmentSink): void;
}

/** Receives a fragment of a token, and whether it is the token's last. */
export type FragmentSink = (fragment: string, ends: boolean) => void;

/** Decodes tokens to a list of tokens, like Hugging Face's `decode_chain`. */
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
