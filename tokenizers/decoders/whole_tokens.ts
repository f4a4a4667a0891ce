import type { FragmentSink, TokenStream } from "./decoder.ts";

/** What a decoder that looks at whole tokens does with each. */
export interface TokenHandler {
  /** Takes a token, and hands on what is certain now. */
  token(token: string, next: FragmentSink): void;
  /** The sequence ends: hands on what was held back, and makes the handler as new. */
  end?(next: FragmentSink): void;
}

/** A stream that puts the fragments of each token together. */
export function wholeTokens(handler: TokenHandler): TokenStream {
  let open = "";
  return {
    push: (fragment, ends, next) => {
      open += fragment;
      if (!ends) return;
      const token = open;
      open = "";
      handler.token(token, next);
    },
    flush: (next) => handler.end?.(next),
  };
}
