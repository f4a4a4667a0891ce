/** The last position in a text prefix that does not split a surrogate pair. */
export function characterBoundary(beginning: string): number {
  const unit = beginning.charCodeAt(beginning.length - 1);
  return unit >= 0xd800 && unit <= 0xdbff ? beginning.length - 1 : beginning.length;
}
