/** Columns of the terminal, or `otherwise` where there is none. */
export function terminalColumns(otherwise: number): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return otherwise;
  }
}

/** Writes text on standard output, all of it. Throws Deno.errors.BrokenPipe where nobody reads it any more. */
export function writeOut(text: string): void {
  writeAll(Deno.stdout, text);
}

/** Writes text on standard error, all of it. */
export function writeError(text: string): void {
  writeAll(Deno.stderr, text);
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let done = 0; done < bytes.length;) done += stream.writeSync(bytes.subarray(done));
}
