import { assertThrows } from "@std/assert";

/**
 * Checks that `take` accepts valid options and rejects non-objects, unknown names and, for each option, a value of the
 * wrong type. Errors must be one line that begins with the action.
 */
export function checkOptionsRefused(
  action: string,
  take: (options: never) => unknown,
  good: Readonly<Record<string, unknown>>,
  { mayBeAbsent = false }: { readonly mayBeAbsent?: boolean } = {},
): void {
  const run = (options: unknown): unknown => take(options as never);
  run(good);
  const strangers = [[null, "null"], [5, "5"], ["x", '"x"'], [[1], "[1]"], ...mayBeAbsent ? [] : [[undefined, "none"]]];
  for (const [options, found] of strangers) {
    const message = `${action}: expected an object of options, found ${found}`;
    assertThrows(() => run(options), TypeError, message);
  }
  const unknown = `${action}: unknown option "frobnicate"; expected one of ${Object.keys(good)[0]}`;
  assertThrows(() => run({ ...good, frobnicate: 1 }), TypeError, unknown);
  for (const [name, value] of Object.entries(good)) {
    run({ ...good, [name]: value });
    for (const wrong of [null, typeof value === "boolean" ? 1 : true]) {
      const error = assertThrows(() => run({ ...good, [name]: wrong }));
      const isGood = (error instanceof TypeError || error instanceof RangeError) &&
        error.message.startsWith(`${action}: expected ${name} to be `) &&
        error.message.endsWith(`, found ${wrong}`) && !error.message.includes("\n");
      if (!isGood) throw new RangeError(`${name}: ${wrong}: found another error: ${error}`);
    }
  }
}
