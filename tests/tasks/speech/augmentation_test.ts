import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { Engine, Random } from "../../../src/nn/mod.ts";
import { Changes, type SpeechAugmentation, speedsOf } from "../../../tasks/speech/augmentation.ts";

const NONE: SpeechAugmentation = {
  speed: 0,
  bandMasks: 0,
  bandMaskShare: 0.5,
  timeMasks: 0,
  timeMaskShare: 0.25,
  noise: 0,
  gain: 0,
};
const [FRAMES, BANDS, SOUNDS] = [40, 10, 8];
const engine = new Engine();

/** Changes some sounds of ones, and returns their values. */
function changed(options: Partial<SpeechAugmentation>, { seed = 1, step = 0 } = {}): Float32Array[] {
  const changes = new Changes(SOUNDS, { ...NONE, ...options }, { engine, seed, step });
  return Array.from({ length: SOUNDS }, (_, i) => {
    const values = new Float32Array(FRAMES * BANDS).fill(1);
    changes.apply(i, values, BANDS);
    return values;
  });
}

/** The bands, or the frames, of a sound of which every value is zero. */
function masked(values: Float32Array, along: "bands" | "frames"): number[] {
  const [count, other] = along === "bands" ? [BANDS, FRAMES] : [FRAMES, BANDS];
  const at = (own: number, k: number): number => along === "bands" ? values[k * BANDS + own] : values[own * BANDS + k];
  return Array.from({ length: count }, (_, own) => own).filter((own) =>
    Array.from({ length: other }, (_, k) => at(own, k)).every((value) => value === 0)
  );
}

Deno.test("without any change, sounds stay as they are", () => {
  for (const values of changed({})) assertEquals(new Set(values), new Set([1]));
  assertEquals([speedsOf(NONE), speedsOf({ ...NONE, speed: 0.1 })], [[1], [0.9, 1, 1.1]]);
});

Deno.test("masks are runs of bands and of frames, of at most their share, that differ among sounds", () => {
  for (const [along, option, most] of [["bands", "bandMasks", 5], ["frames", "timeMasks", 10]] as const) {
    const runs = changed({ [option]: 1 }).map((values) => masked(values, along));
    for (const run of runs) {
      assert(run.length <= most, `${run}`);
      assertEquals(run, run.map((_, i) => run[0] + i));
    }
    assert(new Set(runs.map(String)).size > SOUNDS / 2);
    const masks = changed({ [option]: 2 }).map((values) => masked(values, along).length);
    assert(Math.max(...masks) <= 2 * most);
  }
});

Deno.test("each sound of a large batch has noise of its own", () => {
  const [count, step] = [700, 3];
  const changes = new Changes(count, { ...NONE, noise: 1 }, { engine, seed: 5, step });
  const hisses = Array.from({ length: count }, (_, i) => {
    const values = new Float32Array(2);
    changes.apply(i, values, 1);
    return values;
  });
  // The standard deviation differs among sounds, the ratio of two values is that of their numbers.
  const ratioOf = ([a, b]: Float32Array): string => (a / b).toPrecision(4);
  const ratios = new Set(hisses.map(ratioOf));
  assert(ratios.size > count - 10, `${ratios.size}`);
  for (const index of [0, 1, 254]) {
    const stream = 256 * step + 1 + index;
    assertEquals(ratioOf(hisses[index]), ratioOf(new Random(5 + 0x5ec, { engine, stream }).normal(2)));
  }
});

Deno.test("a gain shifts all values alike, and noise each by another number", () => {
  const louder = changed({ gain: 0.5 });
  for (const values of louder) {
    assertEquals(new Set(values).size, 1);
    assert(Math.abs(values[0] - 1) <= 0.5);
  }
  assert(new Set(louder.map(([value]) => value)).size === SOUNDS);
  const [noisy] = changed({ noise: 0.5 });
  assert(new Set(noisy).size > noisy.length / 2);
  assert(noisy.every((value) => Math.abs(value - 1) < 3));
});

Deno.test("the same seed and step change sounds in the same way, and another step in another", () => {
  const options = { bandMasks: 2, timeMasks: 2, noise: 0.2, gain: 0.2 };
  assertEquals(changed(options, { step: 4 }), changed(options, { step: 4 }));
  assertNotEquals(changed(options, { step: 4 }), changed(options, { step: 5 }));
  assertNotEquals(changed(options, { step: 4 }), changed(options, { step: 4, seed: 2 }));
  const speeds = [0, 1].map(() => {
    const changes = new Changes(200, { ...NONE, speed: 0.1 }, { engine, seed: 1, step: 3 });
    return Array.from({ length: 200 }, (_, i) => changes.speedOf(i, 3));
  });
  assertEquals(speeds[0], speeds[1]);
  for (const speed of [0, 1, 2]) assert(speeds[0].filter((own) => own === speed).length > 40);
});

Deno.test("no sound has the noise of another one, in any step", () => {
  const noises = Array.from({ length: 6 }, (_, step) => changed({ noise: 1 }, { step })).flat();
  const signs = noises.map((values) => Array.from(values, (value) => value > 1 ? "+" : "-").join(""));
  assertEquals(new Set(signs).size, 6 * SOUNDS);
});
