import { assertEquals, assertInstanceOf } from "@std/assert";
import { InputRangeError, InputSyntaxError } from "../../../errors.ts";
import { namedError } from "../../../tasks/data/named_error.ts";

Deno.test("an error about a file's contents begins with the file's name, once", () => {
  const messageOf = (error: Error): string => (namedError("a/vocab.txt", error) as Error).message;
  assertEquals(
    messageOf(new InputRangeError("expected words, found none")),
    "read a/vocab.txt: expected words, found none",
  );
  assertEquals(
    messageOf(new InputRangeError('read a tokenizer: line 2: expected the token "[UNK]", found none')),
    'read a/vocab.txt: line 2: expected the token "[UNK]", found none',
  );
  assertEquals(messageOf(new InputRangeError("read a SentencePiece model: too short")), "read a/vocab.txt: too short");
  assertEquals(messageOf(new InputSyntaxError("read a/vocab.txt: no JSON")), "read a/vocab.txt: no JSON");
});

Deno.test("an error of a reader that names its file itself has the name once", () => {
  const messageOf = (error: Error): string => (namedError("a/vocab.txt", error) as Error).message;
  assertEquals(messageOf(new InputRangeError("read a tokenizer: vocab.txt: none")), "read a/vocab.txt: none");
  assertEquals(
    messageOf(new InputRangeError("read a tokenizer: merges.txt: none")),
    "read a/vocab.txt: merges.txt: none",
  );
});

Deno.test("an error keeps its kind, and errors of other kinds are left as they are", () => {
  assertInstanceOf(namedError("x", new InputSyntaxError("no JSON")), SyntaxError);
  assertInstanceOf(namedError("x", new InputRangeError("no words")), RangeError);
  for (const other of [new TypeError("not a function"), new RangeError("Invalid array length")]) {
    assertEquals(namedError("x", other), other);
  }
});
