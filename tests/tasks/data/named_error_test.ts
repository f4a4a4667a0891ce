import { assertEquals, assertInstanceOf } from "@std/assert";
import { namedError } from "../../../tasks/data/named_error.ts";

Deno.test("an error about a file's contents begins with the file's name, once", () => {
  const messageOf = (error: Error): string => (namedError("a/vocab.txt", error) as Error).message;
  assertEquals(messageOf(new RangeError("expected words, found none")), "read a/vocab.txt: expected words, found none");
  assertEquals(
    messageOf(new RangeError('read a tokenizer: line 2: expected the token "[UNK]", found none')),
    'read a/vocab.txt: line 2: expected the token "[UNK]", found none',
  );
  assertEquals(messageOf(new RangeError("read a SentencePiece model: too short")), "read a/vocab.txt: too short");
  assertEquals(messageOf(new SyntaxError("read a/vocab.txt: no JSON")), "read a/vocab.txt: no JSON");
});

Deno.test("an error keeps its kind, and errors of other kinds are left as they are", () => {
  assertInstanceOf(namedError("x", new SyntaxError("no JSON")), SyntaxError);
  assertInstanceOf(namedError("x", new RangeError("no words")), RangeError);
  const other = new TypeError("not a function");
  assertEquals(namedError("x", other), other);
});
