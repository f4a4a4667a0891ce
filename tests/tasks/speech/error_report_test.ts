import { assertEquals } from "@std/assert";
import { alignmentOf, formatAlignments } from "../../../tasks/speech/error_report.ts";
import type { SpeechEvaluation } from "../../../tasks/speech/mod.ts";

const TRANSCRIPTS = [
  { reference: "one two three", text: "one too" },
  { reference: "four", text: "four" },
  { reference: "five", text: "oh five" },
];

Deno.test("utterances with errors have the words that were found under those that were said", () => {
  const evaluation = { transcripts: TRANSCRIPTS } as unknown as SpeechEvaluation;
  assertEquals(formatAlignments(evaluation, ["a.wav", "b.wav", "c.wav"]), [
    "a.wav",
    "  said:  one two three",
    "  heard: one too *****",
    "             S   D",
    "c.wav",
    "  said:  ** five",
    "  heard: oh five",
    "         I",
  ]);
  assertEquals(alignmentOf(TRANSCRIPTS[0]), [["one", "one"], ["two", "too"], ["three", null]]);
});
