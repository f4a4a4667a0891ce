// Files of music: MIDI, tunes in ABC notation and piano rolls.

import { equal } from "@std/assert";
import {
  checkBars,
  drawPianoRoll,
  eventsToScore,
  readABC,
  readMIDI,
  readPianoRolls,
  rollToScore,
  rollToText,
  type Score,
  scoreToEvents,
  scoreToTune,
  textToRoll,
  textToTune,
  transposeTune,
  tuneToScore,
  tuneToText,
  writeABC,
  writeMIDI,
} from "../../tasks/data/mod.ts";
import { mutateBytes } from "./mutations.ts";
import { decode, documents, type Reader, texts } from "./reader.ts";

/** A MIDI file with two tracks, a tempo and a meter. */
const MIDI = Uint8Array.from([
  ...[0x4d, 0x54, 0x68, 0x64, 0, 0, 0, 6, 0, 1, 0, 2, 0, 96, 0x4d, 0x54, 0x72, 0x6b, 0, 0, 0, 24],
  ...[0, 0xff, 3, 1, 65, 0, 0xff, 0x51, 3, 7, 0xa1, 0x20, 0, 0xff, 0x58, 4, 3, 2, 24, 8, 0, 0xff, 0x2f, 0],
  ...[0x4d, 0x54, 0x72, 0x6b, 0, 0, 0, 27, 0, 0xc0, 5, 0, 0x90, 60, 80, 48, 64, 70, 48, 60, 0, 0, 64, 0],
  ...[0, 0x99, 36, 90, 96, 0x89, 36, 0, 0, 0xff, 0x2f, 0],
]);

const TUNES = 'X:1\nT:One\nM:6/8\nL:1/8\nQ:3/8=80\nK:Ador\nA|:"Am"A^GA (3Bcde|1[GB]3-[GB]2A:|2G>=Gg3-g|]\n\n' +
  "X:2\nM:C|\nK:Bb clef=bass\nV:1\n{a}!trill!B,2 z4-\\\n[K:C]c'|[M:3/4]Z2|\nV:2\n_B8|\nw: la la\n";

const ROLLS = { train: [[[60, 64, 67], [], [62]], [[40]]], valid: [[[60]]], test: [[[127, 0]]] };

/** Returns the readers of music. */
export function musicReaders(): Reader[] {
  return [
    {
      name: "MIDI",
      damage: (random) => mutateBytes(MIDI, random),
      read: async (bytes) => await useScore((await readMIDI(bytes)).score),
    },
    {
      name: "ABC",
      damage: texts(TUNES),
      read: async (bytes) => {
        for (const tune of readABC(decode(bytes)).tunes) {
          checkBars(tune);
          const again = readABC(writeABC([tune])).tunes[0];
          expectSame(tuneToScore(again).tracks, tuneToScore(tune).tracks, "a tune written and read again");
          textToTune(tuneToText(tune));
          transposeTune(tune, 3);
          await useScore(tuneToScore(tune));
        }
      },
    },
    {
      name: "piano rolls",
      damage: documents(ROLLS, ROLLS.train),
      read: async (bytes) => {
        const { train, valid, test } = readPianoRolls(decode(bytes));
        for (const roll of [train, valid, test].flat()) {
          expectSame(textToRoll(rollToText(roll)).roll, roll, "a piano roll as a text");
          await useScore(rollToScore(roll, { voices: 2 }));
        }
      },
    },
  ];
}

async function useScore(score: Score): Promise<void> {
  expectSame((await readMIDI(await writeMIDI(score))).score.tracks, score.tracks, "a score written and read again");
  const { text } = scoreToEvents(score);
  expectSame(scoreToEvents(eventsToScore(text).score).text, text, "events");
  scoreToTune(score);
  drawPianoRoll(score);
}

function expectSame(found: unknown, expected: unknown, what: string): void {
  if (!equal(found, expected)) throw new Error(`${what} is not the same`);
}
