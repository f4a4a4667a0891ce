import { assertThrows } from "@std/assert";
import { Engine } from "../../src/engine/mod.ts";
import { checkOptionsRefused } from "../support/options.ts";

Deno.test("an engine rejects unknown options and wrong types", () => {
  const good = { build: "plain", threads: 1, blas: "off" };
  checkOptionsRefused("start an engine", (options) => new Engine(options), good, { mayBeAbsent: true });
  const wrong: readonly [options: unknown, Class: typeof TypeError | typeof RangeError, message: string][] = [
    [{ thread: 2 }, TypeError, 'unknown option "thread"; did you mean threads?'],
    [{ threads: "2" }, TypeError, 'expected threads to be a number, found "2"'],
    [{ blas: 5 }, TypeError, "expected blas to be a string, found 5"],
    [{ build: "x" }, RangeError, 'expected build to be one of plain, relaxed, found "x"'],
  ];
  for (const [options, Class, message] of wrong) {
    assertThrows(() => new Engine(options as never), Class, `start an engine: ${message}`);
  }
});
