/** A vocabulary without some tokens, except the unknown one; the same vocabulary if it has none of them. */
export function vocabularyWithout(
  vocabulary: ReadonlyMap<string, number>,
  tokens: ReadonlySet<string>,
  unknown: string | undefined,
): ReadonlyMap<string, number> {
  const isRemoved = (token: string): boolean => token !== unknown && vocabulary.has(token);
  const removed = [...tokens].filter(isRemoved);
  if (removed.length === 0) return vocabulary;
  const rest = new Map(vocabulary);
  for (const token of removed) rest.delete(token);
  return rest;
}
