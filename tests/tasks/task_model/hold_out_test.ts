import { assertEquals } from "@std/assert";
import { holdOut } from "../../../tasks/task_model/hold_out.ts";

/** Groups of the given sizes; the items of each are its place. */
function groupsOf(sizes: readonly number[]): number[][] {
  return sizes.map((size, place) => Array.from({ length: size }, () => place));
}

Deno.test("groups are held out in order until each part has its size, and the last one is left", () => {
  const cases: [groups: number[], sizes: number[], taken: number[][], left: number[]][] = [
    [[3, 3, 3, 3], [3, 4], [[0], [1, 2]], [3]],
    [[1, 1, 1, 1, 1], [2, 0], [[0, 1], []], [2, 3, 4]],
    // Groups that would take most of the data are left for training.
    [[900, 50, 50], [100, 0], [[1, 2], []], [0]],
    [[60, 900, 10, 50, 300], [100, 100], [[0, 2, 3], [4]], [1]],
    // Where all groups are large, a part gets the smallest.
    [[500, 500], [10, 0], [[0], []], [1]],
    [[900, 300, 400], [100, 0], [[1], []], [0, 2]],
    [[500, 500, 500, 1], [150, 0], [[3, 0], []], [1, 2]],
    [[7], [1, 1], [[], []], [0]],
    [[4, 2], [1, 1], [[1], []], [0]],
  ];
  for (const [groups, sizes, taken, left] of cases) {
    const found = holdOut(groupsOf(groups), sizes);
    assertEquals(found.parts.map((part) => [...new Set(part)]), taken);
    assertEquals(found.left.map(([place]) => place), left);
    assertEquals([...found.parts, ...found.left].flat().length, groups.reduce((sum, size) => sum + size, 0));
  }
});
