import { assertEquals, assertThrows } from "@std/assert";
import { type ABCTune, checkBars, readABC, tuneToScore } from "../../../../../tasks/data/music/abc/mod.ts";
import { describeProblems } from "../../../../../tasks/data/music/mod.ts";

const HEADER = "X:1\nT:A tune\nM:4/4\nL:1/8\nK:C\n";

/** The tune of a text without problems. */
function tune(text: string): ABCTune {
  const { tunes, problems } = readABC(text);
  assertEquals([tunes.length, problems], [1, []]);
  return tunes[0];
}

/** The notes of a line of music, as `pitch start+duration` in eighths. */
function notes(line: string, header = HEADER): string {
  const { tracks, division } = tuneToScore(tune(`${header}${line}\n`));
  const eighths = (ticks: number): number => Math.round(1000 * ticks / division * 2) / 1000;
  return tracks[0].notes.map(({ pitch, start, duration }) => `${pitch} ${eighths(start)}+${eighths(duration)}`).join(
    ", ",
  );
}

Deno.test("notes have octaves, lengths and accidentals that hold until the bar line", () => {
  assertEquals(notes("C,CcC'c'|"), "48 0+1, 60 1+1, 72 2+1, 72 3+1, 84 4+1");
  assertEquals(notes("C2D/E3/2F//G3/|"), "60 0+2, 62 2+0.5, 64 2.5+1.5, 65 4+0.25, 67 4.25+1.5");
  assertEquals(notes("^F2F_B^^c__d|FBc"), "66 0+2, 66 2+1, 70 3+1, 74 4+1, 72 5+1, 65 6+1, 71 7+1, 72 8+1");
  assertEquals(notes("F^f=fF", "X:1\nM:4/4\nK:D\n"), "66 0+1, 78 1+1, 77 2+1, 65 3+1");
  assertEquals(notes("zC x2 D"), "60 1+1, 62 4+1");
});

Deno.test("chords, ties, tuplets and broken rhythm have their times", () => {
  assertEquals(notes("[CEG]2 [C2E2]"), "60 0+2, 64 0+2, 67 0+2, 60 2+2, 64 2+2");
  assertEquals(notes("C2-C2|C-|C"), "60 0+4, 60 4+2");
  assertEquals(notes("^c2-|c2 c2"), "73 0+4, 72 4+2");
  assertEquals(notes("[C-E]2 [CE]2-|[CE]2"), "60 0+6, 64 0+2, 64 2+4");
  assertEquals(notes("(3CDE F"), "60 0+0.667, 62 0.667+0.667, 64 1.333+0.667, 65 2+1");
  assertEquals(notes("(3:2:2C2D (2CD"), "60 0+1.333, 62 1.333+0.667, 60 2+1.5, 62 3.5+1.5");
  assertEquals(
    notes("C>D E<F G>>A B3>c"),
    "60 0+1.5, 62 1.5+0.5, 64 2+0.5, 65 2.5+1.5, 67 4+1.75, 69 5.75+0.25, 71 6+4.5, 72 10.5+0.5",
  );
});

Deno.test("decorations, slurs, annotations and comments are left out, grace notes counted", () => {
  assertEquals(notes('!trill!C ~D .E "^slow"(F u G) v`A % not B'), notes("CDEFGA"));
  assertEquals(notes("CDE|!FG|!A !D.C.!B+fermata+|\n%%begintext\nABC |\n%%endtext\nC"), notes("CDE|FG|AB|C"));
  const { tunes, problems } = readABC(`${HEADER}{ab}C D &EFG|C?\n`);
  assertEquals(tuneToScore(tunes[0]).tracks[0].notes.map(({ pitch }) => pitch), [60, 62, 60]);
  assertEquals(
    describeProblems(problems),
    "grace notes: 1, in line 6, column 1; voice overlays: 1, in line 6, column 9; " +
      "characters that mean nothing: 1, in line 6, column 15",
  );
});

Deno.test("keys are read in all modes and forms", () => {
  const key = (value: string): string => `${tune(`X:1\nM:4/4\nK:${value}\nFc\n`).key.name}`;
  const names = [
    "D",
    "Dmaj",
    "D major",
    "Am",
    "Amin",
    "A Dorian",
    "DMix",
    "Ephr",
    "Flyd",
    "Bloc",
    "F#m",
    "Bbm",
    "none",
    "HP",
  ];
  assertEquals(names.map(key), [
    "D",
    "D",
    "D",
    "Am",
    "Am",
    "Ador",
    "Dmix",
    "Ephr",
    "Flyd",
    "Bloc",
    "F#m",
    "Bbm",
    "C",
    "D",
  ]);
  assertEquals(notes("Fc", "X:1\nM:4/4\nK:Bloc\n"), "65 0+1, 72 1+1");
  assertEquals(notes("Fcg", "X:1\nM:4/4\nK:D ^g clef=treble\n"), "66 0+1, 73 1+1, 80 2+1");
  assertEquals(notes("Fcg", "X:1\nM:4/4\nK:D exp ^g\n"), "65 0+1, 72 1+1, 80 2+1");
});

Deno.test("meters, units and tempos are read in all forms", () => {
  const meter = (value: string): string | undefined => readABC(`X:1\nM:${value}\nK:C\nC\n`).tunes[0].meter;
  assertEquals(["C", "C|", "6/8", "2+3/8", "(2+2+3)/8", "none", ""].map(meter), [
    "4/4",
    "2/2",
    "6/8",
    "5/8",
    "7/8",
    undefined,
    undefined,
  ]);
  const duration = (header: string): number => tuneToScore(tune(`X:1\n${header}K:C\nC\n`)).tracks[0].notes[0].duration;
  assertEquals(["M:4/4\n", "M:2/4\n", "M:3/4\n", "M:2/4\nL:1/4\n"].map(duration), [240, 120, 240, 480]);
  const tempo = (value: string): number | undefined => tune(`X:1\nM:4/4\nL:1/8\nQ:${value}\nK:C\nC\n`).tempo;
  assertEquals(["1/4=100", "3/8=60", "120", '"Fast" 1/2=90', "C=100", "1/4 3/8=40"].map(tempo), [
    100,
    90,
    60,
    180,
    50,
    100,
  ]);
});

Deno.test("fields change key, meter, unit and tempo within a tune; lines are continued", () => {
  const text = `${HEADER}CDEF GABc|\\\n% a comment\n c8|[K:D][M:3/4][L:1/4]FFF|\nQ:1/4=80\nK:C\nFFF|\n`;
  const { changes, tracks, meter } = tuneToScore(tune(text));
  assertEquals(meter, "4/4");
  assertEquals(changes, [
    { start: 3840, meter: "3/4", key: "D" },
    { start: 5280, tempo: 80, key: "C" },
  ]);
  assertEquals(tracks[0].notes.slice(-6).map(({ pitch }) => pitch), [66, 66, 66, 65, 65, 65]);
  assertEquals(checkBars(tune(text)), { bars: 4, wrong: [] });
});

Deno.test("chord names stand at their times", () => {
  const { chords } = tuneToScore(tune(`${HEADER}"Am"CD "G7/b"EF|"^up"G4 "F #m"A4|\n`));
  assertEquals(chords, [{ start: 0, name: "Am" }, { start: 480, name: "G7/b" }, { start: 1920, name: "F#m" }]);
});

Deno.test("repeats and endings are played in order", () => {
  const played = (line: string): string =>
    tuneToScore(tune(`X:1\nM:1/4\nL:1/4\nK:C\n${line}\n`)).tracks[0].notes
      .map(({ pitch }) => "CDEFGAB"[[0, 2, 4, 5, 7, 9, 11].indexOf(pitch - 60)]).join("");
  assertEquals(played("C|D:|E|F|"), "CDCDEF");
  assertEquals(played("C|:D|E:|F|"), "CDEDEF");
  assertEquals(played("|:C|1D:|2E||F|G:|"), "CDCEFGFG");
  assertEquals(played("|:C|[1D:|[2E|:F|[1 G:|[2 A|]"), "CDCEFGFA");
  assertEquals(played("|:C|1,3D:|2E:|F|"), "CDCECDF");
  assertEquals(played("|:C|1-2D:|3E|]"), "CDCDCE");
  assertEquals(played("C::D:||:E:|"), "CCDDEE");
  assertEquals(played("C||D:|E|]"), "CDDE");
  assertEquals(played("C|2D:|E|]"), "CDCDE");
  assertEquals(played("C|:D||E:|F||G:|"), "CDEDEFGG");
  assertEquals(played("|:C|1D:|2E||F||G:|"), "CDCEFGG");
});

Deno.test("bars add up with pickups, split bars and repeats", () => {
  const wrong = (line: string, meter = "4/4"): readonly number[] =>
    checkBars(readABC(`X:1\nM:${meter}\nL:1/4\nK:C\n${line}\n`).tunes[0]).wrong;
  assertEquals(wrong("CDEF|CDEF|]"), []);
  assertEquals(wrong("C|CDEF|CDE|]"), []);
  assertEquals(wrong("C|CDEF|CDE:|G|GGGG|GGG|]"), []);
  assertEquals(wrong("C|CDEF|1CDE:|2CDEF|]"), []);
  assertEquals(wrong("CDEF|CD||EF|CDEF|]"), []);
  assertEquals(wrong("CDEF|CDE|CDEF|CDEFG|CD|]"), [1, 3, 4]);
  assertEquals(wrong("CDEFG|CDEF|]"), [0]);
  assertEquals(wrong("C|CDEF|CD|]"), [2]);
  assertEquals(wrong("CDE|(3CDEF|]", "3/4"), []);
  assertEquals(wrong("CDE|C|CDEFGAB|", "none"), []);
});

Deno.test("a book has many tunes, and fields before the first hold for all", () => {
  const { tunes, problems } = readABC(
    "%abc-2.1\nM:3/4\nL:1/4\n\nX:1\nT:One\nK:D\nDEF|\n\nSome words.\n\nX:2\nT:Two\nT:Second title\nM:4/4\nK:G\nGABc|\nX:3\nK:C\nC|\n",
  );
  assertEquals(tunes.map(({ number, title, meter, key }) => [number, title, meter, key.name]), [
    ["1", "One", "3/4", "D"],
    ["2", "Two", "4/4", "G"],
    ["3", undefined, "3/4", "C"],
  ]);
  assertEquals(describeProblems(problems), "texts between tunes: 1, in line 10");
});

Deno.test("broken headers are counted and their tunes kept", () => {
  const { tunes, problems } = readABC([
    "X:one\nT:No number\nM:4/4\nK:C\nCDEF|",
    "T:No X\nM:4/4\nK:C\nCDEF|",
    "X:3\nT:No key\nM:4/4\nCDEF|",
    "X:4\nT:Bad key, meter, unit, tempo\nM:four\nL:big\nQ:fast\nK:X\nCDEF|",
    "X:5\nT:No meter\nK:C\nCDEF|",
    "X:6\nT:No notes\nM:4/4\nK:C",
    "X:7\nM:4/4\nK:C\nCDEF|",
    "GABc|",
  ].join("\n\n"));
  assertEquals(tunes.map(({ voices: [{ items }] }) => items.length), [5, 5, 5, 5, 5, 10]);
  assertEquals(
    describeProblems(problems),
    "lines of music after an empty line: 1, in line 40; numbers of tunes that are no number: 1, in line 1: one; " +
      "headers without an X: field: 1, in line 7; headers without a K: field: 1, in line 12; " +
      "meters that cannot be read: 1, in line 19: four; unit lengths that cannot be read: 1, in line 20: big; " +
      "keys that cannot be read: 1, in line 22: X; tempos that cannot be read: 1, in line 21: fast; " +
      "tunes without a meter: 1, in line 25; tunes without a note: 1, in line 30, tune 6",
  );
  for (const text of ["", "words", "X:1\nK:C\n", "\n\n%\n"]) {
    assertThrows(() => readABC(text), SyntaxError, "read ABC: expected a tune");
  }
});

Deno.test("a rest of many bars has all of them", () => {
  const { tunes, problems } = readABC("X:1\nM:4/4\nK:C\nC8|Z150|C8|]\n");
  assertEquals(tunes[0].voices[0].items.filter(({ kind }) => kind === "notes").length, 152);
  assertEquals(problems, []);
});

Deno.test("rests of bars fill no more memory than a tune needs", () => {
  const { tunes, problems } = readABC(`X:1\nM:4/4\nK:C\nC8|${"Z100|".repeat(60)}\n`);
  assertEquals(tunes[0].voices[0].items.filter(({ kind }) => kind === "notes").length, 5001);
  assertEquals(describeProblems(problems), "rests of more than 5000 bars: 10, the first in line 4, column 254");
});

Deno.test("voices are tracks", () => {
  const text = 'X:1\nM:4/4\nL:1/4\nK:D\nV:1 name="Flute"\nV:2\n[V:1] FFFF|[V:2] D4|\nV:1\nGGGG|\nV:2\nD,4|\n';
  const { tracks, changes } = tuneToScore(tune(text));
  assertEquals(tracks.map(({ name, notes }) => [name, notes.map(({ pitch }) => pitch)]), [
    ["Flute", [66, 66, 66, 66, 67, 67, 67, 67]],
    [undefined, [62, 50]],
  ]);
  assertEquals(changes, undefined);
});

Deno.test("a voice goes on until the next one, also if a line names it", () => {
  const { tracks } = tuneToScore(tune("X:1\nM:2/4\nL:1/4\nK:C\n[V:1] CD|\nEF|\n[V:2] C,2|\nG,2|\n"));
  assertEquals(tracks.map(({ notes }) => notes.map(({ pitch }) => pitch)), [[60, 62, 64, 65], [48, 55]]);
});

Deno.test("notes out of range and lengths that cannot be are counted", () => {
  const { tunes, problems } = readABC(`${HEADER}C,,,,,,,,C c''''''' C0 D99999999 E/0|[CE\n`);
  assertEquals(tunes[0].voices[0].items.filter(({ kind }) => kind === "notes").length, 7);
  assertEquals(problems.map(({ kind, count }) => [kind, count]), [
    ["pitches outside 0 to 127", 2],
    ["lengths out of range", 3],
    ["chords without an end", 1],
  ]);
});

Deno.test("fields between the key and the first voice hold for all voices", () => {
  const { tunes: [tune] } = readABC("X:1\nM:4/4\nL:1/8\nK:C\nL:1/16\nV:1\nC4\nV:2\nE4\n");
  const { tunes: [plain] } = readABC("X:1\nM:4/4\nL:1/16\nK:C\nV:1\nC4\nV:2\nE4\n");
  assertEquals(tune.voices, plain.voices);
});

Deno.test("lines of text in a header are left out and counted, and its later fields are read", () => {
  const text = "X:1\nT:A\nH:This is the\nhistory of the tune\nM:6/8\nL:1/8\nK:D\nDEF DEF|\n";
  const { tunes: [tune], problems } = readABC(text);
  assertEquals([tune.meter, tune.key.name], ["6/8", "D"]);
  assertEquals(tune.voices[0].items.filter(({ kind }) => kind === "notes").length, 6);
  assertEquals(describeProblems(problems), "texts in headers: 1, in line 4");
});
