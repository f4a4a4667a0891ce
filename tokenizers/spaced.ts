import type { Decoder } from "./decoders/decoder.ts";

/** A decoder that puts spaces between tokens. */
export const SPACED: Decoder = {
  stream: () => {
    let isFirst = true;
    return {
      push: (fragment, ends, next) => {
        next(isFirst ? fragment : ` ${fragment}`, ends);
        isFirst = false;
      },
      flush: () => {
        isFirst = true;
      },
    };
  },
  toJSON: () => null,
};
