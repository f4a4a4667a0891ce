import { assertEquals } from "@std/assert";
import { ByteTokenizer, CharTokenizer, PipelineTokenizer, WordTokenizer } from "@elman/elman/tokenizers";
import peers from "../goldens/tokenizer_peers.json" with { type: "json" };

for (const { name, json, saved, text, ids, decoded, all } of peers.unused_ids) {
  Deno.test(`${name}: ids, decoding and the saved file are Hugging Face's`, () => {
    const tokenizer = PipelineTokenizer.fromJSON(json);
    assertEquals([...tokenizer.encode(text)], ids);
    assertEquals(tokenizer.encoding(text).ids, ids);
    assertEquals(tokenizer.size, decoded.length);
    assertEquals(decoded.map((_, id) => tokenizer.decode([id])), decoded);
    assertEquals(tokenizer.decode(decoded.keys()), all);
    const decoder = tokenizer.decoder();
    assertEquals(decoded.map((_, id) => decoder.push(id)).join("") + decoder.flush(), all);
    const { model, ...parts } = JSON.parse(JSON.stringify(tokenizer));
    assertEquals(model, saved);
    assertEquals(parts.added_tokens, json.added_tokens);
  });

  Deno.test(`${name}: exactly the ids without a token are unused`, () => {
    const tokenizer = PipelineTokenizer.fromJSON(json);
    assertEquals(tokenizer.unusedIds, [...decoded.keys()].filter((id) => tokenizer.tokens[id] === undefined));
    for (const id of tokenizer.unusedIds) assertEquals(decoded[id], "");
    const known = new Set([...tokenizer.parts.model.vocabulary.values(), ...json.added_tokens.map(({ id }) => id)]);
    if (tokenizer.kind !== "unigram") assertEquals(tokenizer.size - tokenizer.unusedIds.length, known.size);
  });
}

Deno.test("unused ids decode to no bytes", () => {
  const { json } = peers.unused_ids[3];
  const tokenizer = PipelineTokenizer.fromJSON(json);
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  assertEquals(tokenizer.decodeBytes(tokenizer.encodeBytes(bytes)), bytes);
  assertEquals(tokenizer.decodeBytes([0, 2, 3, 899]), new Uint8Array());
});

Deno.test("the other tokenizers have no unused ids", () => {
  const tokenizers = [new ByteTokenizer(), CharTokenizer.train("ab"), WordTokenizer.train("a b")];
  for (const tokenizer of tokenizers) assertEquals("unusedIds" in tokenizer, false);
});
