/** Runs programs that write a line of JSON for each event. */

/** An event and when its line arrived, in milliseconds. */
export interface Timed<E> {
  readonly event: E;
  readonly at: number;
}

/**
 * Runs a program and yields the events of its output as they come. Throws `RangeError` with one line of its errors if
 * it fails or does not end in time.
 */
export async function* jsonEvents<E>(command: readonly string[], minutes: number): AsyncGenerator<Timed<E>> {
  const [program, ...args] = command;
  const signal = AbortSignal.timeout(minutes * 60e3);
  const child = new Deno.Command(program, { args, signal, stdout: "piped", stderr: "piped" }).spawn();
  const errors = new Response(child.stderr).text();
  let rest = "";
  for await (const chunk of child.stdout.pipeThrough(new TextDecoderStream())) {
    const at = performance.now();
    const lines = (rest + chunk).split("\n");
    rest = lines.pop()!;
    for (const line of lines) if (line.startsWith("{")) yield { event: JSON.parse(line), at };
  }
  const { success } = await child.status;
  if (signal.aborted) throw new RangeError(`run ${program}: expected an end within ${minutes} minutes`);
  if (!success) throw new RangeError(`run ${program}: ${(await errors).trim().split("\n").at(-1)}`);
  await errors;
}
