import type { IdleOptions } from "../../src/schema/mod.ts";
import type { VectorSequences } from "../data/mod.ts";
import type { FrameOptions } from "./frame_options.ts";

/** Returns the options that have no effect on frames of a kind, or on files that are no videos. */
export function idleOptions({ kind }: FrameOptions, { format }: Pick<VectorSequences, "format">): IdleOptions {
  const isVideo = /^video|^pictures$/.test(format);
  return {
    found: kind === "values" ? "frames of values" : `${kind}s`,
    needs: {
      ...kind !== "skeleton" && { coordinates: "skeletons", reference: "skeletons", rotation: "skeletons" },
      ...kind === "values" && { mirror: "skeletons or pictures" },
      ...kind !== "picture" && { center: "pictures", pictureFilters: "pictures" },
      ...!isVideo && { size: "videos", fps: "videos" },
    },
  };
}
