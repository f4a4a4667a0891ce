import type { FragmentSink, TokenStream } from "./decoder.ts";

/** The token handler of a decoder that works on whole tokens. */
export interface TokenHandler {
  /** Takes a token and emits the output that is now certain. */
  token(token: string, next: FragmentSink): void;
  /** Ends the sequence: emits what was held back and resets the handler. */
  end?(next: FragmentSink): void;
}

/** Creates a stream that assembles the fragments of each token. */
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
