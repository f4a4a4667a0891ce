import { assertEquals, assertNotStrictEquals, assertStrictEquals } from "@std/assert";
import { CharacterClasses, SURROGATE } from "../../tokenizers/character_classes.ts";
import { MAX_CLASS_TABLES } from "../../tokenizers/limits.ts";

Deno.test("every character belongs to the first class whose regular expression matches", () => {
  const properties = ["\\p{Lu}", "\\p{L}", "\\p{Emoji}"];
  const expressions = properties.map((property) => new RegExp(property, "u"));
  const classes = new CharacterClasses(properties);
  for (let code = 0; code < 0x110000; code += code < 0x1000 || code === 0x10ffff ? 1 : 7) {
    if (code >= 0xd800 && code < 0xe000) continue;
    const character = String.fromCodePoint(code);
    assertEquals(
      classes.of(code),
      1 + expressions.findIndex((expression) => expression.test(character)),
      code.toString(16),
    );
    if (code < 0x10000) assertEquals(classes.units[code], classes.of(code));
  }
});

Deno.test("surrogates are marked, and an unpaired one has the class of U+FFFD", () => {
  const classes = new CharacterClasses(["a", "\ufffd", "😀"]);
  assertEquals([...classes.units.subarray(0xd7ff, 0xe001)], [0, ...new Array(0x800).fill(SURROGATE), 0]);
  assertEquals([classes.of(0xd800), classes.of(0xdfff), classes.of(0x1f600)], [2, 2, 3]);
  assertEquals(classes.runEnd("\ud800\udc00\udc00\ufffd", 2, 2), 4);
  assertEquals(classes.runEnd("aa😀😀a", 2, 3), 6);
});

Deno.test("a limited number of tables is kept, and a dropped one is built again", () => {
  const first = new CharacterClasses(["a"]);
  const table = first.units;
  assertStrictEquals(first.units, table);
  for (let i = 0; i < MAX_CLASS_TABLES; i++) new CharacterClasses(["b"]).units;
  assertNotStrictEquals(first.units, table);
  assertEquals(first.units, table);
});
