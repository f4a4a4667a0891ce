import { assert, assertEquals } from "@std/assert";
import {
  readABC,
  readTuneToken,
  textToTune,
  transposeChord,
  transposeTune,
  tuneToScore,
  tuneToText,
  writeABC,
} from "../../../../../tasks/data/music/abc/mod.ts";

const TUNES = `X:1
T:Ascending
M:6/8
Q:3/8=80
K:Ador
A|"Am"A^GA (3Bcd e|1 "G"[GB]3- [GB]2 A:|2 G>=G ^g3-g|: [K:Emix] [M:9/8] _B3 z3 ^A,,3::
[CEG]9-|[CEG-] G8:|

X:2
M:none
K:Bb
(3:2:2 F2G _A//B3/ c'8|]
`;

Deno.test("tunes written and read again are the same music", () => {
  const { tunes } = readABC(TUNES);
  const again = readABC(writeABC(tunes));
  assertEquals(again.problems, []);
  assertEquals(again.tunes.map((tune) => tuneToScore(tune)), tunes.map((tune) => tuneToScore(tune)));
  assertEquals(writeABC(again.tunes), writeABC(tunes));
});

Deno.test("a tune is a line of tokens, each of which means the same everywhere", () => {
  const { tunes } = readABC(TUNES);
  assertEquals(
    tuneToText(tunes[0]).split("|: @")[0],
    'M:6/8 K:Ador B:7 @7 A | @6 "Am" A ^G A (3:2:3 B c d e | [1 @5 "G" [GB]3 - [GB]2 A :| ' +
      "[2 @4 G3/2 G/2 ^g3 - ^g ",
  );
  const short = readABC('X:1\nM:2/4\nL:1/8\nK:F\n"F"F=B B_B|c4|]\n').tunes[0];
  assertEquals(tuneToText(short, { positions: false, chords: false }), "M:2/4 K:F B:2 F =B =B B | c4 |]");
});

Deno.test("the tokens of a tune give the same tune", () => {
  for (const tune of readABC(TUNES).tunes) {
    for (const positions of [true, false]) {
      const text = tuneToText(tune, { positions });
      const { tune: read, problems } = textToTune(text);
      assertEquals(problems, []);
      assertEquals(tuneToText(read, { positions }), text);
      const { title: _, ...score } = tuneToScore(tune);
      assertEquals(tuneToScore({ ...read, tempo: tune.tempo }), score);
      for (const token of text.split(" ")) assert(readTuneToken(token) !== undefined, token);
    }
  }
});

Deno.test("a token is read with its pitches and length", () => {
  assertEquals(readTuneToken("f3/2", "D"), { kind: "notes", pitches: [78], length: 7560 });
  assertEquals(readTuneToken("[C^E]2"), { kind: "notes", pitches: [60, 65], length: 10080 });
  assertEquals(readTuneToken("z"), { kind: "notes", pitches: [], length: 5040 });
  assertEquals(readTuneToken("|:"), { kind: "bar", sign: "|:" });
  assertEquals(readTuneToken("@12"), { kind: "left", bars: 12 });
  assertEquals(readTuneToken("B:8"), { kind: "bars", bars: 8 });
  assertEquals(readTuneToken("M:C|"), { kind: "meter", meter: "2/2" });
  assertEquals(readTuneToken("K:Ddor"), { kind: "key", key: "Ddor" });
  assertEquals(readTuneToken("(3:2:3"), { kind: "tuplet", into: 3, of: 2, notes: 3 });
  assertEquals(readTuneToken('"G7"'), { kind: "chord", name: "G7" });
  assertEquals([readTuneToken("-"), readTuneToken("[1")], [{ kind: "tie" }, { kind: "ending", ending: "1" }]);
  for (const token of ["?", "CC", "@x", "K:H", "M:x", "<unk>", ""]) assertEquals(readTuneToken(token), undefined);
});

Deno.test("what a model writes wrongly is counted, and the rest is a tune", () => {
  const { tune, problems } = textToTune("M:x K:D B:4 @4 F <unk> G2 | A ) ] :|");
  assertEquals(tune.key.name, "D");
  assertEquals(tuneToText(tune).startsWith("M:none K:D B:2 @2 F"), true);
  assert(problems.length > 0);
});

Deno.test("a transposed tune has its key and spelling, and comes back", () => {
  const [tune] = readABC('X:1\nM:4/4\nK:D\n"D"FAd^g "A7/c#"^cefe|[K:Bm]"Bm"B8|]\n').tunes;
  const up = transposeTune(tune, 1)!;
  assertEquals(writeABC([up]), 'X:1\nM:4/4\nL:1/8\nK:Eb\n"Eb"GB e=a "Bb7/d"df gf| [K:Cm] "Cm"c8|]\n');
  for (let semitones = -11; semitones <= 11; semitones++) {
    const back = transposeTune(transposeTune(tune, semitones)!, -semitones)!;
    assertEquals(writeABC([back]), writeABC([tune]));
  }
  assertEquals(transposeTune(tune, 60), undefined);
  assertEquals(transposeChord("F#m7b5/A", 3, 0), "Am7b5/C");
  assertEquals(transposeChord("N.C.", 3, 0), "N.C.");
});

Deno.test("a tied accidental is written again after the bar line in a model's text, and told from other notes", () => {
  const [tune] = readABC("X:1\nM:2/4\nL:1/8\nK:C\n[^c=c]4-|[^c=c]4|^c4-|c4|]\n").tunes;
  assertEquals(tuneToText(tune, { positions: false }), "M:2/4 K:C B:4 [c^c]4 - | [c^c]4 | ^c4 - | ^c4 |]");
  const chords = tune.voices[0].items.flatMap((item) =>
    item.kind === "notes" ? [item.notes.map(({ pitch }) => pitch)] : []
  );
  assertEquals(chords, [[72, 73], [72, 73], [73], [73]]);
  assertEquals(tuneToScore(readABC(writeABC([tune])).tunes[0]), tuneToScore(tune));
  assertEquals(tuneToScore(textToTune(tuneToText(tune)).tune), tuneToScore(tune));
});

Deno.test("bar lines that follow each other are written apart", () => {
  const [tune] = readABC("X:1\nM:2/4\nL:1/8\nK:C\nA4|:|1B4:|2c4|]\n").tunes;
  const [again] = readABC(writeABC([tune])).tunes;
  assertEquals(tuneToScore(again), tuneToScore(tune));
  assertEquals(tuneToScore(tune).tracks[0].notes.map(({ pitch }) => pitch), [69, 71, 72]);
});
