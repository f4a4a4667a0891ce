import { assertEquals } from "@std/assert";
import { posix, win32 } from "node:path";
import { isInside } from "../../cli/is_inside.ts";

Deno.test("a path is inside a directory that it leads through, on every system", () => {
  const cases = [
    [posix, true, "/a/b", "/a"],
    [posix, true, "/a/..b", "/a"],
    [posix, true, "/a/", "/a/"],
    [posix, true, "/", "/"],
    [posix, false, "/ab", "/a"],
    [posix, false, "/", "/a"],
    [posix, false, "/a/../b", "/a"],
    [win32, true, "C:\\a\\b", "C:\\a"],
    [win32, true, "c:/A/b", "C:\\a\\"],
    [win32, false, "C:\\ab", "C:\\a"],
    [win32, false, "D:\\a\\b", "C:\\a"],
  ] as const;
  for (const [system, isIn, place, directory] of cases) {
    assertEquals(isInside(place, directory, system), isIn, `${place} in ${directory}`);
  }
  assertEquals([isInside("tests/cli", "tests"), isInside("tests", "tests/cli")], [true, false]);
});
