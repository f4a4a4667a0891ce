import { assertEquals } from "@std/assert";
import { longestShared } from "../../../tasks/music/shared_bars.ts";

Deno.test("the longest run of shared bars ignores chords, counts and bar lines", () => {
  const training = [
    'M:4/4 K:C B:4 @4 "C" C4 E4 | @3 D4 F4 | @2 "G" G8 | @1 C8 |]',
    "M:4/4 K:C B:3 @3 D4 F4 | @2 A8 | @1 C8 |]",
  ];
  assertEquals(longestShared("M:4/4 K:C B:4 @4 D4 F4 | @3 G8 || @2 C8 :| @1 E8 |]", training), 3);
  assertEquals(longestShared("M:4/4 K:C B:2 @2 E8 | @1 C8 |]", training), 1);
  assertEquals(longestShared("M:4/4 K:C B:1 @1 E8 |]", training), 0);
  assertEquals(longestShared(training[0], training), 4);
  assertEquals(longestShared(training[0], []), 0);
});
