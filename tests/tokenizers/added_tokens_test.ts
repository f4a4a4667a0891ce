import { assertEquals } from "@std/assert";
import { type AddedToken, AddedTokens } from "../../tokenizers/added_tokens.ts";
import { Lowercase } from "../../tokenizers/normalizers/lowercase.ts";

/** The segments of a text with their offsets; added tokens as `id:text`. */
function segments(tokens: readonly Omit<AddedToken, "id">[], text: string, normalizer?: Lowercase): string[] {
  const added = new AddedTokens(tokens.map((token, id) => ({ ...token, id })), normalizer);
  return added.segments(text).map(({ id, text }) => {
    const string = id === undefined ? text.text : `${id}:${text.text}`;
    return `${string}@${text.start(0)}-${text.end(text.length - 1)}`;
  });
}

Deno.test("added tokens split a text, and the longest wins if several start at one position", () => {
  const tokens = [{ content: "<s>" }, { content: "<s>x" }, { content: "</s>" }];
  assertEquals(segments(tokens, "a<s>b<s>xc</s>"), [
    "a@0-1",
    "0:<s>@1-4",
    "b@4-5",
    "1:<s>x@5-9",
    "c@9-10",
    "2:</s>@10-14",
  ]);
  assertEquals(segments(tokens, "<s><s>"), ["0:<s>@0-3", "0:<s>@3-6"]);
  assertEquals(segments(tokens, ""), []);
  assertEquals(segments([], "abc"), ["abc@0-3"]);
  assertEquals(segments([{ content: "" }], "abc"), ["abc@0-3"]);
});

Deno.test("a singleWord token matches only if no word character is adjacent", () => {
  const tokens = [{ content: "ing", singleWord: true }];
  assertEquals(segments(tokens, "sing ing ing!"), ["sing @0-5", "0:ing@5-8", " @8-9", "0:ing@9-12", "!@12-13"]);
  assertEquals(segments(tokens, "😀ing éing ing𝐀"), ["😀@0-2", "0:ing@2-5", " éing ing𝐀@5-16"]);
});

Deno.test("leftStrip and rightStrip absorb adjacent white space", () => {
  const strip = { content: "<m>", leftStrip: true, rightStrip: true };
  assertEquals(segments([strip], "a  <m>\n\t b <m>"), ["a@0-1", "0:  <m>\n\t @1-9", "b@9-10", "0: <m>@10-14"]);
  assertEquals(segments([{ content: "<m>", leftStrip: true }], "<m> <m> x"), ["0:<m>@0-3", "0: <m>@3-7", " x@7-9"]);
});

Deno.test("an added token matches in the original or in the normalized text", () => {
  const lower = new Lowercase();
  assertEquals(segments([{ content: "<S>" }], "A<S>B<s>", lower), ["a@0-1", "0:<S>@1-4", "b<s>@4-8"]);
  assertEquals(segments([{ content: "<S>", normalized: true }], "A<S>B<s>", lower), [
    "a@0-1",
    "0:<s>@1-4",
    "b@4-5",
    "0:<s>@5-8",
  ]);
});

Deno.test("a text of prefixes of added tokens takes linear time", () => {
  const tokens = Array.from({ length: 1000 }, (_, i) => ({ content: `<<<${i}>` }));
  assertEquals(segments(tokens, "<".repeat(200_000) + "7>").at(-1), "7:<<<7>@199997-200002");
});
