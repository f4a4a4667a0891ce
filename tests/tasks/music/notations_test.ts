import { assertEquals } from "@std/assert";
import { notationOf } from "../../../tasks/music/notations/mod.ts";
import { PipelineTokenizer, presets } from "../../../tokenizers/mod.ts";
import { stepTokenizer, TUNE_TOKENIZER } from "./made_music.ts";

/** Transposes a text in a notation. */
function transposed(tokenizer: PipelineTokenizer, text: string, semitones: number): string | undefined {
  const { transpose, end } = notationOf("test", tokenizer);
  const ids = Int32Array.from([...tokenizer.encode(text), ...end === undefined ? [] : [end]]);
  const moved = transpose(ids, semitones);
  return moved && tokenizer.decode(moved.filter((id) => id !== end));
}

Deno.test("piano rolls are transposed, unless a pitch would leave the vocabulary", async () => {
  const tokenizer = await stepTokenizer(60, 65) as PipelineTokenizer;
  assertEquals(transposed(tokenizer, "60 63 . . 62 .", 2), "62 65 . . 64 .");
  assertEquals(transposed(tokenizer, "60 63 . . 62 .", 3), undefined);
  assertEquals(transposed(tokenizer, "60 63 . . 62 .", 0), "60 63 . . 62 .");
});

Deno.test("tunes are transposed with their keys", async () => {
  const [text, higher] = ["M:4/4 K:C B:1 @1 C2 E2 G2 G2 |]", "M:4/4 K:D B:1 @1 D2 F2 A2 A2 |]"];
  const tokenizer = await PipelineTokenizer.train([text, higher], presets.abc());
  assertEquals(transposed(tokenizer, text, 2), higher);
  assertEquals(transposed(tokenizer, text, 1), undefined); // No tune has that key.
});

Deno.test("events are transposed with their keys, and drums stay", async () => {
  const header = "Grid_4 Meter_4/4 Key_C Tempo_120 Track_1 Program_0 Track_2 Drums_0";
  const notes = "Bar Pos_0 Track_1 Pitch_60 Vel_80 Dur_4 Track_2 Pitch_36 Vel_80 Dur_1";
  const words = ["Key_D", "Pitch_62", "Pitch_38"];
  const tokenizer = await PipelineTokenizer.train([`${header} ${notes}`], presets.events({ words }));
  const expected = `${header} ${notes}`.replace("Key_C", "Key_D").replace("Pitch_60", "Pitch_62");
  assertEquals(transposed(tokenizer, `${header} ${notes}`, 2), expected);
  assertEquals(transposed(tokenizer, `${header} ${notes}`, 3), undefined);
});

Deno.test("the names of chords are transposed with the notes of events, spelled in the key in which they stand", async () => {
  const text = "Grid_4 Key_C Bar Pos_0 Chord_Am7 Pitch_60 Vel_80 Dur_4 Pos_4 Key_G Chord_D/f# Chord_N.C.";
  const higher = "Grid_4 Key_Eb Bar Pos_0 Chord_Cm7 Pitch_63 Vel_80 Dur_4 Pos_4 Key_Bb Chord_F/a Chord_N.C.";
  const tokenizer = await PipelineTokenizer.train([text, higher], presets.events());
  assertEquals(transposed(tokenizer, text, 3), higher);
  assertEquals(transposed(tokenizer, text, 4), undefined);
});

Deno.test("what may follow is what the grammar allows", async () => {
  const allowedAfter = (tokenizer: PipelineTokenizer, text: string): string[] => {
    const { rules } = notationOf("test", tokenizer);
    const reader = rules.start();
    for (const id of tokenizer.encode(text)) reader.read(id);
    const allowed = new Uint8Array(rules.vocabSize);
    reader.allow(allowed);
    return Array.from(allowed, (value, id) => value === 0 ? "" : id === rules.begin ? "end" : tokenizer.decode([id]))
      .filter((text) => text !== "").sort();
  };
  const steps = await stepTokenizer(60, 63) as PipelineTokenizer;
  assertEquals(allowedAfter(steps, "60 62"), [".", "63"]);
  assertEquals(allowedAfter(steps, "60 62 ."), [".", "60", "61", "62", "63"]);
  const events = await PipelineTokenizer.train(
    ["Grid_4 Bar Pos_0 Pitch_60 Vel_80 Dur_4 Pos_2 Pitch_64 Vel_80 Dur_2 Bar"],
    presets.events(),
  );
  assertEquals(allowedAfter(events, "Grid_4 Bar Pos_0 Pitch_60"), ["Vel_80"]);
  assertEquals(allowedAfter(events, "Grid_4 Bar Pos_0 Pitch_60 Vel_80"), ["Dur_2", "Dur_4"]);
  assertEquals(allowedAfter(events, "Grid_4 Bar Pos_0 Pitch_60 Vel_80 Dur_4"), [
    "Bar",
    "Pitch_60",
    "Pitch_64",
    "Pos_2",
    "end",
  ]);
  assertEquals(allowedAfter(events, "Grid_4 Bar"), ["Bar", "Pos_0", "Pos_2", "end"]);
  const tunes = TUNE_TOKENIZER as PipelineTokenizer;
  assertEquals(allowedAfter(tunes, ""), ["M:3/4", "M:4/4", "M:6/8"]);
  assertEquals(allowedAfter(tunes, "M:3/4 K:C"), ["B:16", "B:32"]);
});
