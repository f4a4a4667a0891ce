import { assertEquals } from "@std/assert";
import { jsonLine } from "../../../cli/terminal/mod.ts";

Deno.test("jsonLine writes one line, keeps every bit of floats, and turns non-finite numbers to null", () => {
  let written = "";
  const loss = 1.6543210987654321;
  jsonLine({ event: "step", loss, norm: NaN, lr: Infinity, text: "a\nb\u2028", test: null }, (text) => written += text);
  assertEquals(written.indexOf("\n"), written.length - 1);
  assertEquals(JSON.parse(written), { event: "step", loss, norm: null, lr: null, text: "a\nb\u2028", test: null });
});
