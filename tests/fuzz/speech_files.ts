// Files of speech: sounds, lists of utterances, n-gram models and lexicons.

import { readSound, writeWav } from "../../tasks/data/audio/mod.ts";
import { readManifest } from "../../tasks/speech/manifest.ts";
import { readARPA, readLexicon } from "../../tasks/speech/mod.ts";
import { mutateBytes } from "./mutations.ts";
import { type Reader, texts } from "./reader.ts";

const ARPA = "\\data\\\nngram 1=4\nngram 2=2\n\n\\1-grams:\n-99\t<s>\t-0.3\n-0.7\t</s>\n-0.5\tred\t-0.2\n" +
  "-0.6\tcar\n\n\\2-grams:\n-0.1\t<s> red\n-0.25 red car\n\n\\end\\\n";
const DICTIONARY = "ONE  W AH N\nTWO  T UW\nTWO(2)  T AH\n";

/** Returns the readers of speech. */
export function speechReaders(): Reader[] {
  const wav = writeWav({ samples: Float32Array.from({ length: 60 }, (_, i) => Math.sin(i)), rate: 8000 });
  const fields = { pathColumn: null, textColumn: null, group: "speaker" };
  const lists = [".tsv", ".csv", ".jsonl", ""].map((ending): Reader => ({
    name: `utterances in *${ending}`,
    ending,
    damage: texts(
      "path\ttext\tspeaker\na.wav\tone\tann\nb.wav\ttwo\tbob\n",
      "path,text\na.wav,one\n",
      '{"audio": "a.wav", "text": "one", "speaker": "ann"}\n',
    ),
    read: (_, path) => readManifest(path, fields),
  }));
  return [
    {
      name: "WAV",
      ending: ".wav",
      damage: (random) => mutateBytes(wav, random),
      read: async (_, path) => await readSound(path, { rate: 16_000 }),
    },
    {
      name: "ARPA",
      damage: texts(ARPA),
      read: async (_, path) => (await readARPA(path)).score(["red", "car", "bus"]),
    },
    { name: "lexicon", damage: texts(DICTIONARY), read: (_, path) => readLexicon(path) },
    ...lists,
  ];
}
