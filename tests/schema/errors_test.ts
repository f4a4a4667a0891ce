import { assert, assertEquals } from "@std/assert";
import { InputRangeError } from "../../errors.ts";

Deno.test("the lines of a message become one, without the space and the marks between them", () => {
  const { message } = new InputRangeError(" read a:\r\n  expected b, \n\n found c;\n d,\u2028e \n");
  assertEquals(message, "read a:; expected b; found c; d,\\u2028e");
});

Deno.test("a message is cut, and long runs of space in it cost little", () => {
  const start = performance.now();
  const { message } = new InputRangeError(`found "${" ".repeat(300_000)}"`);
  assert(performance.now() - start < 2000);
  assertEquals(message.length, 1003);
});
