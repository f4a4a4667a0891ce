// The program in Python beside an exported speech recognizer. Needs a Python with NumPy: the one that the environment
// variable PYTHON names, or python3.

import { SoundProcessor } from "@elman/elman";
import { Engine, Random } from "@elman/elman/nn";
import { NORMALIZATIONS, type SoundOptions } from "@elman/elman/tasks";
import { assertAlmostEquals, assertEquals } from "@std/assert";
import { soundProgram } from "../../tasks/speech/feature_program.ts";
import { greedyLabels } from "../../tasks/speech/greedy.ts";
import { HAS_NUMPY, runPython } from "./python.ts";

const SCRIPT = `import json, sys, numpy as np, sound_features as own
given = json.load(sys.stdin)
frames, lengths = own.inputs(given["sounds"])
assert frames.dtype == np.float32
print(json.dumps([frames.tolist(), lengths.tolist(), own.symbols(given["outputs"], given["lengths"])]))`;

const random = new Random(3, { engine: new Engine() });

/** Draws a sound: noise whose loudness changes, with silence at its end. */
function sound(rate: number, length: number): { samples: Float32Array; rate: number } {
  const samples = random.normal(length, 0, 0.1).map((x, i) => i > 0.9 * length ? 0 : x * Math.sin(i / 999) + 0.01);
  return { samples, rate };
}

Deno.test({ name: "the program in Python computes a sound processor's frames", ignore: !HAS_NUMPY }, async () => {
  const folder = await Deno.makeTempDir();
  const [classes, times] = [4, 30];
  const outputs = [0, 1].map(() => random.normal(times * classes));
  const lengths = [times, 17];
  const rows = Array.from(
    { length: times },
    (_, t) => outputs.map((own) => [...own.subarray(t * classes, (t + 1) * classes)]),
  );
  const labels = outputs.map((values, b) =>
    greedyLabels({ values, classes, frames: lengths[b] }, 0).map(({ label }) => label - 1)
  );
  const cases: Partial<SoundOptions>[] = NORMALIZATIONS.flatMap((normalization) => [
    { normalization, rate: 16_000, bands: 40, stack: 3, deltas: false },
    { normalization, rate: 11_025, bands: 13, stack: 2, deltas: true },
    { normalization, rate: 8000, bands: 2, stack: 1, deltas: true },
  ]);
  for (const options of cases) {
    const rate = options.rate!;
    const processor = await SoundProcessor.fit([sound(rate, rate), sound(rate, 4000)], options);
    await Deno.writeTextFile(`${folder}/sound_features.py`, soundProgram(processor));
    const sounds = [sound(rate, 9000), sound(rate, rate), sound(rate, 1234)];
    const given = { sounds: sounds.map(({ samples }) => [...samples]), outputs: rows, lengths };
    const [frames, found, symbols] = await runPython(folder, SCRIPT, given) as [number[][][], number[], number[][]];
    for (const [b, own] of sounds.entries()) {
      const expected = await processor.encode(own);
      assertEquals(found[b], expected.length);
      frames.forEach((row, t) =>
        row[b].forEach((value, i) => {
          const right = t < expected.length ? expected.frames[t * processor.width + i] : 0;
          assertAlmostEquals(value, right, 1e-4, `${JSON.stringify(options)}, sound ${b}, frame ${t}, value ${i}`);
        })
      );
    }
    assertEquals(symbols, labels);
  }
  await Deno.remove(folder, { recursive: true });
});
