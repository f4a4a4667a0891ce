import { assertEquals, assertRejects } from "@std/assert";
import { hear, type Sound } from "../../../tasks/data/audio/mod.ts";
import { complete } from "../../../src/schema/mod.ts";
import { readManifest } from "../../../tasks/speech/manifest.ts";
import { readSpeechData, SPEECH_PLAN } from "../../../tasks/speech/speech_plan.ts";
import { UtteranceReader } from "../../../tasks/speech/utterance_reader.ts";
import { inTempDir } from "../../support/command.ts";
import { wavFile } from "../../support/wav_file.ts";

const FIELDS = { pathColumn: null, textColumn: null };

async function inFolder(files: Readonly<Record<string, string>>, body: (folder: string) => Promise<void>) {
  await inTempDir(async (folder) => {
    for (const [name, text] of Object.entries(files)) {
      await Deno.mkdir(`${folder}/${name}`.replace(/[^/]*$/, ""), { recursive: true });
      await Deno.writeTextFile(`${folder}/${name}`, text);
    }
    await body(folder);
  });
}

Deno.test("a list in JSON Lines, TSV or CSV has a path, a text and, if asked for, a speaker in each row", async () => {
  const lists = {
    "a.jsonl": '{"audio_filepath": "x/1.wav", "text": "one two", "duration": 2, "speaker": "ann"}\n' +
      '{"audio_filepath": "/2.wav", "text": " three\\t", "duration": 1, "speaker": "bob"}\n',
    "a.tsv": "speaker\ttext\tpath\nann\tone two\tx/1.wav\nbob\tthree\t/2.wav\n",
    "a.csv": 'path,speaker,sentence\nx/1.wav,ann,one two\n/2.wav,bob,"three"\n',
  };
  await inFolder(lists, async (folder) => {
    for (const name of Object.keys(lists)) {
      const plain = await readManifest(`${folder}/${name}`, FIELDS);
      assertEquals(
        plain.files,
        [{ path: `${folder}/x/1.wav`, text: "one two" }, { path: "/2.wav", text: "three" }],
        name,
      );
      const spoken = await readManifest(`${folder}/${name}`, { ...FIELDS, group: "speaker" });
      assertEquals(spoken.files.map(({ speaker }) => speaker), ["ann", "bob"], name);
    }
  });
});

Deno.test("a column without a name, such as the row numbers that pandas writes, is no speaker", async () => {
  const rows = [0, 1].map((row) => `${row},1.wav,one,${row},${row + 1}\n`);
  await inFolder({ "a.csv": `,path,text,start,end\n${rows.join("")}` }, async (folder) => {
    const found = await readManifest(`${folder}/a.csv`, { ...FIELDS, group: null });
    assertEquals(
      found.files.map(({ path, speaker }) => [path, speaker]),
      [0, 1].map(() => [`${folder}/1.wav`, undefined]),
    );
  });
});

Deno.test("a number in JSON Lines is the text of its digits", async () => {
  await inFolder({ "a.jsonl": '{"audio": "7.wav", "text": 7, "speaker": 1}\n' }, async (folder) => {
    const found = await readManifest(`${folder}/a.jsonl`, { ...FIELDS, group: "speaker" });
    assertEquals(found.files, [{ path: `${folder}/7.wav`, text: "7", speaker: "1" }]);
  });
});

Deno.test("columns with other names are named, and two columns without names are a path and a text", async () => {
  await inFolder({ "a.csv": "s,t,u\n1.wav,one,x\n", "b.tsv": "1.wav\tone\n2.wav\ttwo\n" }, async (folder) => {
    const named = await readManifest(`${folder}/a.csv`, { pathColumn: "s", textColumn: "u" });
    assertEquals(named.files, [{ path: `${folder}/1.wav`, text: "x" }]);
    assertEquals(named.dataFormat, { pathColumn: "s", textColumn: "u" });
    const unnamed = await readManifest(`${folder}/b.tsv`, FIELDS);
    assertEquals(unnamed.dataFormat, null);
    assertEquals(unnamed.files.map(({ text }) => text), ["one", "two"]);
  });
});

Deno.test("a folder has the text of each sound beside it, at any depth; sounds without a text are left out", async () => {
  const files = { "b/2.wav": "", "b/2.txt": " two \n", "1.flac": "", "1.txt": "one", "3.wav": "", "notes.txt": "x" };
  await inFolder(files, async (folder) => {
    const { files, warnings } = await readManifest(folder, FIELDS);
    assertEquals(files, [
      { path: `${folder}/1.flac`, text: "one" },
      { path: `${folder}/b/2.wav`, text: "two" },
    ]);
    assertEquals(warnings, [`1 sound of ${folder} left out for want of a text, such as 3.wav, which needs 3.txt`]);
  });
  await inFolder({ "1.wav": "", "1.txt": "", "2.wav": "", "2.txt": "\ufeff" }, async (folder) => {
    assertEquals((await readManifest(folder, FIELDS)).files.map(({ text }) => text), ["", ""]);
  });
  await inFolder({ "3.wav": "" }, async (folder) => {
    await assertRejects(() => readManifest(folder, FIELDS), RangeError, "expected 3.txt with the text of 3.wav");
  });
});

Deno.test("in a folder, endings may be capital letters, and hidden files and those of models are left out", async () => {
  const hidden = { "__MACOSX/._a.wav": "", "__MACOSX/._a.txt": "\0", ".old/b.wav": "", ".old/b.txt": "x" };
  const model = { "m/config.json": "{}", "m/SHA256SUMS": "", "m/tune.wav": "" };
  await inFolder({ ...hidden, ...model, "A.WAV": "", "A.TXT": "one" }, async (folder) => {
    const { files, warnings } = await readManifest(folder, FIELDS);
    assertEquals(files, [{ path: `${folder}/A.WAV`, text: "one" }]);
    assertEquals(warnings, []);
  });
});

Deno.test("offset and duration, or start and end, tell in which seconds of a sound a text is said", async () => {
  const ramp = Float32Array.from({ length: 8000 }, (_, i) => i / 8000);
  const utterances = async (folder: string, maxMemory: number) => {
    const reader = new UtteranceReader({ rate: 1000, bands: 8, maxMemory });
    return await reader.read((await readManifest(`${folder}/a.jsonl`, FIELDS)).files);
  };
  const inList = async (rows: readonly object[], body: (folder: string) => Promise<void>): Promise<void> => {
    const lines = rows.map((row) => JSON.stringify({ audio_filepath: "a.wav", text: "one", ...row }));
    await inFolder({ "a.jsonl": lines.join("\n") }, async (folder) => {
      await Deno.writeFile(`${folder}/a.wav`, wavFile({ channels: [ramp], rate: 1000, encoding: "float 32" }));
      await body(folder);
    });
  };
  const rows = [
    { offset: 2.5, duration: 1.25 },
    { start: 2.5, end: "3.75" },
    { offset: 0, duration: 8.04 },
    { duration: 7.96, offset: null },
    { offset: 5 },
    { offset: 0, duration: 0.5 },
    { duration: "0:03" },
  ];
  await inList(rows, async (folder) => {
    for (const maxMemory of [1, 1e-6]) {
      const read = await utterances(folder, maxMemory);
      const sounds = await Promise.all(read.map(({ sound }) => hear(sound)));
      const expected = [[2.5, 1250], [2.5, 1250], [0, 8000], [0, 8000], [5, 3000], [0, 500], [0, 8000]];
      assertEquals(sounds.map(({ samples }) => [samples[0] * 8, samples.length]), expected);
      assertEquals(read.map(({ source }) => source!.replace(`${folder}/`, "")), [
        ...["a.wav, 2.5 to 3.75 s", "a.wav, 2.5 to 3.75 s", "a.wav", "a.wav", "a.wav, from 5 s", "a.wav, 0 to 0.5 s"],
        "a.wav",
      ]);
    }
  });
  const refused: readonly (readonly [object, string])[] = [
    [{ offset: 7.5, duration: 2 }, "line 2: expected a segment of a sound of 8 seconds, found one from 7.5 to 9.5 s"],
    [{ offset: 9 }, "line 2: expected a segment of a sound of 8 seconds, found one from 9 seconds on"],
    [{ start: 2, end: 2 }, "line 2: expected a segment of a sound of 8 seconds, found one from 2 to 2 seconds"],
    [{ offset: -1 }, 'expected seconds in the field "offset" on line 2, found -1'],
    [{ offset: 0, duration: "0:03" }, 'expected seconds in the field "duration" on line 2, found "0:03"'],
  ];
  for (const [row, message] of refused) {
    await inList([{}, row], async (folder) => {
      await assertRejects(() => utterances(folder, 1), RangeError, `read ${folder}/a.jsonl: ${message}`);
    });
  }
});

Deno.test("the utterances of a speaker stay in one part of the data", async () => {
  const rows = Array.from({ length: 12 }, (_, i) => `${i}.wav\ttext\ts${i % 4}`);
  await inFolder({ "all.tsv": `path\ttext\tspeaker\n${rows.join("\n")}\n` }, async (folder) => {
    for (let i = 0; i < 12; i++) {
      const samples = Float32Array.of(i % 4 + 1).map((value) => value / 8);
      await Deno.writeFile(`${folder}/${i}.wav`, wavFile({ channels: [samples], rate: 16000, encoding: "float 32" }));
    }
    const given = { data: `${folder}/all.tsv`, group: "speaker", validFraction: 0.25, testFraction: 0.25 };
    const { data: { corpus } } = await readSpeechData(complete(SPEECH_PLAN, given, "test"));
    const speakers = [corpus.train, corpus.valid!, corpus.test!].map((part) =>
      new Set(part.map(({ sound }) => (sound as Sound).samples[0]))
    );
    assertEquals(speakers.map(({ size }) => size), [2, 1, 1]);
    assertEquals(new Set(speakers.flatMap((own) => [...own])).size, 4);
    const seen: number[] = [];
    await readSpeechData(complete(SPEECH_PLAN, given, "test"), { progress: ({ done }) => seen.push(done) });
    assertEquals(seen, [1, 2, 3, 1, 2, 3, 4, 5, 6, 1, 2, 3]);
    const refuse = async (wrong: object, message: string): Promise<void> => {
      const plan = complete(SPEECH_PLAN, { ...given, ...wrong }, "test");
      await assertRejects(() => readSpeechData(plan), RangeError, message);
    };
    await refuse(
      { group: "voice" },
      "--group: expected a column of the list, or a part of the file's name that begins",
    );
    await refuse({ group: "7" }, "or 7 parts of the file's name, divided by - _ . or spaces, found ");
    await refuse({ validFraction: 0.5, testFraction: 0.5 }, "--valid-fraction 0 trains without");
  });
});

Deno.test("a speaker with most of the utterances is left for training", async () => {
  const texts = Array.from({ length: 30 }, (_, i) => [`${i < 26 ? "ann" : `guest${i}`}-${i}.txt`, `${i}`]);
  await inFolder(Object.fromEntries(texts), async (folder) => {
    const file = wavFile({ channels: [[0.5]], rate: 16000, encoding: "float 32" });
    for (const [name] of texts) await Deno.writeFile(`${folder}/${name.replace("txt", "wav")}`, file);
    for (const seed of [1, 2, 3, 4]) {
      const given = { data: folder, group: "1", validFraction: 0.1, seed };
      const { data: { corpus } } = await readSpeechData(complete(SPEECH_PLAN, given, "test"));
      assertEquals([corpus.train.length, corpus.valid?.length], [27, 3]);
    }
  });
});

Deno.test("the formats of a recording stay in one part of the data", async () => {
  const texts = Array.from({ length: 6 }, (_, i) => [`${i}.txt`, `${i}`]);
  await inFolder(Object.fromEntries(texts), async (folder) => {
    const file = wavFile({ channels: [[0.5]], rate: 16000, encoding: "float 32" });
    for (const [text] of texts) {
      for (const ending of ["wav", "wave"]) await Deno.writeFile(`${folder}/${text.replace("txt", ending)}`, file);
    }
    const given = { data: folder, validFraction: 0.3, testFraction: 0.3 };
    const { data: { corpus } } = await readSpeechData(complete(SPEECH_PLAN, given, "test"));
    const parts = [corpus.train, corpus.valid!, corpus.test!].map((part) => new Set(part.map(({ text }) => text)));
    assertEquals(parts.map(({ size }) => size), [2, 2, 2]);
    assertEquals(new Set(parts.flatMap((own) => [...own])).size, 6);
  });
});
