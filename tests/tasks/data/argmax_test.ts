import { assertEquals } from "@std/assert";
import { argmax } from "../../../tasks/data/argmax.ts";

Deno.test("argmax returns the index of the first maximum, of very many numbers too", () => {
  assertEquals([argmax([1, 3, 3, 2]), argmax(Float64Array.of(-3, -2, -2))], [1, 1]);
  assertEquals(argmax(Array.from({ length: 500_000 }, (_, i) => -Math.abs(i - 400_000))), 400_000);
});
