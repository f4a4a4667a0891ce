import { assertEquals } from "@std/assert";
import { withDeltas } from "../../../tasks/speech/deltas.ts";
import goldens from "../../goldens/sound.json" with { type: "json" };
import { assertAllClose } from "../../support/close.ts";

for (const { bands, frames, result } of goldens.deltas) {
  Deno.test(`the deltas of ${frames.length / bands} frames of ${bands} bands are torchaudio's, and follow each frame`, () => {
    const found = withDeltas(Float32Array.from(frames), bands);
    const [own, slopes] = [0, 1].map((half) => found.filter((_, i) => Math.floor(i / bands) % 2 === half));
    assertEquals([...own], [...Float32Array.from(frames)]);
    assertAllClose(slopes, result, { tolerance: 1e-6, name: "deltas" });
  });
}
