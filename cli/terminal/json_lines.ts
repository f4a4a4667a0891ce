import { writeOut } from "./terminal.ts";

/** Writes one JSON object as a line on standard output; numbers that are not finite are null. */
export function jsonLine(event: Readonly<Record<string, unknown>>, write: (text: string) => void = writeOut): void {
  write(JSON.stringify(event) + "\n");
}
