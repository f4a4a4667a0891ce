import { assertEquals, assertThrows } from "@std/assert";
import { Kmer } from "../../../tokenizers/decoders/kmer.ts";
import { decode, decoderContract, fragments, read } from "./contract.ts";

decoderContract("Kmer", new Kmer());
decoderContract("Kmer in steps of 2", new Kmer({ stride: 2 }));

Deno.test("Kmer: tokens that overlap by the stride are joined, others stay whole", () => {
  assertEquals(fragments(new Kmer(), ["ATG", "TGC", "<unk>", "GCC"]), ["ATG", "C", "<unk>", "GCC", ""]);
  assertEquals(decode(new Kmer({ stride: 2 }), ["ATGC", "GCAA", "TTTT"]), "ATGCAATTTT");
  assertEquals(decode(new Kmer({ stride: 3 }), ["ATG", "ATG"]), "ATGATG");
});

Deno.test("Kmer: the stride must be at least 1, in a file too", () => {
  assertThrows(() => new Kmer({ stride: 0.5 }), RangeError, "expected a stride of at least 1, found 0.5");
  assertThrows(() => read({ type: "Kmer", stride: 0 }), RangeError, "decoder.stride: expected a whole number");
});
