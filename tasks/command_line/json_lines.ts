/** Writes one JSON object as a line on standard output; numbers that are not finite are null. */
export function jsonLine(event: Readonly<Record<string, unknown>>): void {
  console.log(JSON.stringify(event));
}
