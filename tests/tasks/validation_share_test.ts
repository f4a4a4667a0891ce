// A run whose time is too short for all of the validation data measures an even choice of them.

import { assert, assertEquals } from "@std/assert";
import { Engine } from "../../src/nn/mod.ts";
import { spreadItems } from "../../src/train/mod.ts";
import { shareOf } from "../../tasks/classification/text_share.ts";
import { CASES } from "./cases.ts";

interface Epoch {
  readonly validLoss: number;
  readonly validationShare?: number;
}

for (const [task, { "": { create, fit, settings, otherSetting } }] of Object.entries(CASES)) {
  Deno.test(`a run of ${task} without time measures a part of the validation data`, async () => {
    const { epochs: _epochs, ...own } = settings;
    const losses: number[] = [];
    for await (
      const event of fit(create(Engine.default()), { ...own, ...otherSetting, averageLast: null, minutes: 1e-9 })
    ) {
      if (event.event !== "epoch") continue;
      const { validLoss, validationShare = 1 } = event as unknown as Epoch;
      assert(validationShare > 0 && validationShare < 1, `${validationShare}`);
      losses.push(validLoss);
    }
    assertEquals(losses.map(Number.isFinite), [true]);
  });
}

Deno.test("a share of items is spread evenly and has at least one; all of them are the list itself", () => {
  const items = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];
  assertEquals([0.3, 0.5, 1e-9].map((share) => spreadItems(items, share)), [[0, 3, 6], [0, 2, 4, 6, 8], [0]]);
  assert(spreadItems(items, 1) === items);
});

Deno.test("a share of encoded texts keeps the targets and the other strand of each text", () => {
  const of = (names: string): { texts: string[]; ids: Int32Array[] } => ({
    texts: [...names],
    ids: [...names].map((name) => Int32Array.of(name.charCodeAt(0))),
  });
  const all = { ...of("abcd"), reverse: of("ABCD"), targets: Int32Array.of(1, 2, 3, 4, 5, 6, 7, 8), truncated: 0 };
  const { texts, ids, reverse, targets } = shareOf(all, 0.5, 2);
  assertEquals([texts, ids, [...targets]], [["a", "c"], of("ac").ids, [1, 2, 5, 6]]);
  assertEquals(reverse, of("AC"));
});
