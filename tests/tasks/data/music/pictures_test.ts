import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  drawPianoRoll,
  drawScore,
  type Note,
  pitchName,
  readABC,
  rollToScore,
  type Score,
  tuneToScore,
  writeABC,
} from "../../../../tasks/data/music/mod.ts";
import { ABC_PACKAGE } from "../../../../tasks/data/music/draw_score.ts";
import { importPackage } from "../../../../tasks/data/npm_package.ts";

const note = (pitch: number, start: number, duration: number): Note => ({ pitch, start, duration, velocity: 80 });

const ABC = 'X:1\nT:A <tune> & more\nM:6/8\nK:D\nA|"D"fed "G"B3|"A7"A2A A2:|\n';

/** Checks that tags are balanced and texts escaped, and returns how often each tag opens. */
function tagsOf(svg: string): Map<string, number> {
  const open: string[] = [];
  const counts = new Map<string, number>();
  for (const [, isEnd, name, isEmpty] of svg.matchAll(/<(\/?)([a-z]+)(?:\s+[\w:.-]+="[^"<]*")*\s*(\/?)>/gi)) {
    if (isEnd) assertEquals(open.pop(), name);
    else {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      if (!isEmpty) open.push(name);
    }
  }
  assertEquals(open, []);
  assert(!/&(?!amp;|lt;|gt;|quot;)/.test(svg));
  return counts;
}

Deno.test("a piano roll has a bar for each note, names of pitches and chords, and a color for each track", () => {
  const score = tuneToScore(readABC(ABC).tunes[0]);
  const svg = drawPianoRoll({
    ...score,
    tracks: [...score.tracks, { name: "Bass", program: 0, notes: [note(50, 0, 960)] }],
  });
  const tags = tagsOf(svg);
  const notes = score.tracks[0].notes.length + 1;
  assertEquals(svg.match(/<rect [^>]*rx="1.5"/g)?.length, notes);
  for (
    const text of [
      ">A &lt;tune&gt; &amp; more<",
      ">F5<",
      ">D3<",
      ">A7<",
      ">Track 1<",
      ">Bass<",
      "prefers-color-scheme:dark",
    ]
  ) {
    assert(svg.includes(text), text);
  }
  assertEquals(new Set(svg.match(/fill="#\w+" opacity/g)).size, 2);
  assertEquals(tags.get("svg"), 1);
  assertEquals([pitchName(60), pitchName(0), pitchName(127)], ["C4", "C-1", "G9"]);
});

Deno.test("a long piano roll has lines that fit the width, and each note is in it", () => {
  const roll = Array.from({ length: 130 }, (_, i) => [40 + i % 40, 80]);
  const svg = drawPianoRoll(rollToScore(roll, { hold: false, stepsPerQuarter: 2 }), { width: 500 });
  tagsOf(svg);
  assertEquals(svg.match(/<rect [^>]*rx="1.5"/g)?.length, 260);
  for (const [, x, width] of svg.matchAll(/<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"/g)) {
    assert(Number(x) + Number(width) < 500);
  }
  assert(tagsOf(drawPianoRoll({ tempo: 120, division: 480, tracks: [] })).get("rect")! > 0);
  const low: Score = { tempo: 120, division: 1, tracks: [{ program: 0, notes: [note(0, 0, 1), note(127, 1, 1)] }] };
  assert(!drawPianoRoll(low).includes("NaN"));
  assertThrows(() => drawPianoRoll({ ...low, division: 0 }), RangeError, "draw a piano roll: expected a division");
});

Deno.test("a score is drawn in notation, with and without a document", async () => {
  const [tune] = readABC(ABC).tunes;
  const svg = await drawScore(tune);
  const tags = tagsOf(svg);
  assert(tags.get("path")! > 15);
  for (const text of ["A &lt;tune&gt; &amp; more", ">A7<", 'xmlns="http://www.w3.org/2000/svg"', "var(--paper)"]) {
    assert(svg.includes(text), text);
  }
  assert(!svg.includes("NaN") && !svg.includes("<script"));
  assertEquals("document" in globalThis, false);
  assertEquals(await drawScore(tune), svg);
  const score = await drawScore(rollToScore([[48, 60], [50, 62]], { voices: 2, title: "Two" }));
  assert(tagsOf(score).get("path")! > 10);
  const error = await assertRejects(() => drawScore(tune, { width: 5 }), RangeError);
  assertEquals(error.message, "draw a score: expected a width from 200 to 10,000 pixels, found 5");
});

Deno.test("abcjs reads the tunes that are written without a warning, and finds the same lengths", async () => {
  const text = "X:1\nT:One\nM:6/8\nL:1/8\nQ:3/8=80\nK:Ador\n" +
    'A|:"Am"A^GA (3Bcd e|1"G"[GB]3-[GB]2 A:|2G>=G ^g3-g|:[K:Emix][M:9/8]_B3 z3 ^A,,3::[CEG]9-|[CEG-]G8:|\n';
  const { tunes: [tune] } = readABC(text);
  const abcjs = await importPackage<{ default: { parseOnly(abc: string): ParsedTune[] } }>(ABC_PACKAGE, "test");
  const [{ warnings, lines }] = abcjs.default.parseOnly(writeABC([tune]));
  assertEquals(warnings, undefined);
  const elements = lines.flatMap(({ staff }) => staff[0].voices[0]).filter(({ el_type }) => el_type === "note");
  const lengths = tune.voices[0].items.flatMap((item) => item.kind === "notes" ? [item.length] : []);
  assertEquals(elements.map(({ duration }) => Math.round(duration * 40_320)), lengths);
});

/** The part of a tune of abcjs that is compared. */
interface ParsedTune {
  readonly warnings?: readonly string[];
  readonly lines: readonly {
    readonly staff: readonly { readonly voices: readonly (readonly { el_type: string; duration: number }[])[] }[];
  }[];
}
