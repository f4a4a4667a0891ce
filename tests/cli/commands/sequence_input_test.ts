import { assertEquals } from "@std/assert";
import { sequencesOf } from "../../../cli/commands/sequence_input.ts";

/** Returns the names of the sequences, or the lines, that each block of lines completes, and those of the end. */
async function namesBy(...blocks: string[][]): Promise<string[][]> {
  const given = await Array.fromAsync(sequencesOf(ReadableStream.from(blocks)));
  return given.map((items) => items.map((item) => typeof item === "string" ? item : item.name));
}

Deno.test("records on standard input are answered as they arrive", async () => {
  assertEquals(await namesBy([""], [">x one", "AC"], ["GT", ">y"], ["TT"]), [[], ["x"], [], ["y"]]);
  assertEquals(await namesBy(["@x one", "AC", "+"], ["I"], ["@", "@y"], ["A", "+", "I"]), [[], [], ["x"], ["y"], []]);
  assertEquals(await namesBy([""], ["ACGT", ""], ["TT"]), [["", "ACGT", ""], ["TT"], []]);
});
