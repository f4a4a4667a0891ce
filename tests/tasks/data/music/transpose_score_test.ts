import { assertEquals } from "@std/assert";
import { readABC, type Score, transposeScore, transposeTune, tuneToScore } from "../../../../tasks/data/music/mod.ts";

Deno.test("a score is transposed as its tune is, and comes back", () => {
  const [tune] = readABC('X:1\nM:4/4\nK:D\n"D"FAd^g "A7/c#"^cefe|[K:Bm]"Bm"B8|]\n').tunes;
  const score = tuneToScore(tune);
  for (const semitones of [-7, -1, 0, 3, 6]) {
    const moved = transposeScore(score, semitones)!;
    assertEquals(moved.tracks, tuneToScore(transposeTune(tune, semitones)!).tracks);
    assertEquals(moved.key, tuneToScore(transposeTune(tune, semitones)!).key);
    assertEquals(transposeScore(moved, -semitones), score);
  }
  assertEquals(transposeScore(score, 60), undefined);
});

Deno.test("the names of chords are spelled in the key in which they stand", () => {
  const [tune] = readABC('X:1\nM:4/4\nK:D\n"D"FAdA|[K:Eb]"Cm"C2E2|\n').tunes;
  const up = transposeScore(tuneToScore(tune), 3)!;
  assertEquals(up.chords?.map(({ name }) => name), ["F", "D#m"]);
  assertEquals(up.chords, tuneToScore(transposeTune(tune, 3)!).chords);
});

Deno.test("drums stay where they are", () => {
  const notes = [{ pitch: 36, start: 0, duration: 1, velocity: 80 }];
  const score: Score = { tempo: 120, division: 1, tracks: [{ program: 0, isDrums: true, notes }] };
  assertEquals(transposeScore(score, 5), score);
});
