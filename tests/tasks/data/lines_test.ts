import { assert, assertEquals } from "@std/assert";
import { PipelineTokenizer, presets } from "../../../mod.ts";
import { linesOf } from "../../../tasks/data/mod.ts";
import { babble } from "../../support/command.ts";

Deno.test("a long line is divided before spaces, and shorter lines are whole", async () => {
  const line = babble(400_000).replaceAll("\n", " ");
  const short = babble(2000);
  const parts = await Array.fromAsync(linesOf(`${short}\n${line}`, { longest: 100_000 }));
  assertEquals(parts.join(""), `${short}\n${line}`);
  const lines = short.split(/(?<=\n)/).length;
  assert(parts.length > lines + 2 && parts.slice(lines + 1).every((part) => part.startsWith(" ")));
  assert(parts.every(({ length }) => length < 200_000));
});

Deno.test("a long line without spaces is divided too, but no character", async () => {
  const line = `a${"😀".repeat(2 ** 17)}`;
  const parts = await Array.fromAsync(linesOf(`${line}\n`, { longest: 8 }));
  assertEquals(parts.join(""), `${line}\n`);
  assert(parts.length > 3 && parts.every((part) => part.length < 2 ** 17 && part.isWellFormed()));
});

Deno.test("a tokenizer of bytes is the same whether a long line is divided or not", async () => {
  const line = babble(300_000).replaceAll(/\s+/g, " ");
  const train = async (longest?: number): Promise<string> =>
    JSON.stringify(await PipelineTokenizer.train(linesOf(line, { longest }), presets.bpe({ vocabSize: 300 })));
  assertEquals(await train(50_000), await train());
});
