/** The last place in the beginning of a text that is not between the two halves of a character. */
export function characterBoundary(beginning: string): number {
  const unit = beginning.charCodeAt(beginning.length - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? beginning.length - 1 : beginning.length;
}
