/** Groups of items that stay together. */
export type Groups<T> = readonly (readonly T[])[];

/** The items of each part that is held out of training, and the groups that are left, at least one if there are any. */
export interface HeldOut<T> {
  readonly parts: readonly T[][];
  readonly left: Groups<T>;
}

/**
 * Holds groups out of training, the first ones first, until each part has its size in items. A group that would make a
 * part larger than twice its size is left to the others, so that one large group does not take the data away from
 * training; a part that then has less than half its size also gets the smallest group left. The last group is never
 * taken.
 */
export function holdOut<T>(groups: Groups<T>, sizes: readonly number[]): HeldOut<T> {
  let left = groups;
  const parts = sizes.map((size): T[] => {
    const taken = groupsFor(left, size);
    left = left.filter((group) => !taken.has(group));
    return [...taken].flat();
  });
  return { parts, left };
}

function groupsFor<T>(groups: Groups<T>, size: number): ReadonlySet<readonly T[]> {
  const taken = new Set<readonly T[]>();
  let held = 0;
  for (const group of groups) {
    if (held >= size || taken.size === groups.length - 1) break;
    if (held + group.length > 2 * size) continue;
    taken.add(group);
    held += group.length;
  }
  const left = groups.filter((group) => !taken.has(group));
  if (2 * held < size && left.length > 1) taken.add(left.reduce((a, b) => b.length < a.length ? b : a));
  return taken;
}
