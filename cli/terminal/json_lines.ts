import { writeOut } from "./terminal.ts";

/** Writes a JSON object as one line to standard output. Non-finite numbers become null. */
export function jsonLine(event: Readonly<Record<string, unknown>>, write: (text: string) => void = writeOut): void {
  write(JSON.stringify(event) + "\n");
}
