/** Reads numbers that commas divide; a part that is no number is read as NaN. */
export function readNumbers(text: string): number[] {
  return text.split(",").map((part) => part.trim() === "" ? NaN : Number(part));
}
