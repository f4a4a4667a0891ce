import { assertEquals, assertRejects } from "@std/assert";
import { InputRangeError } from "../../../../errors.ts";
import { complete } from "../../../../src/schema/mod.ts";
import { readVectorSequences } from "../../../../tasks/data/mod.ts";
import { makeProcessor, readFile, readVectorData, VECTOR_PLAN } from "../../../../tasks/vector_classification/plan.ts";
import { inTempDir } from "../../../support/command.ts";
import { wavFile } from "../../../support/wav_file.ts";

async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  await inTempDir(async (folder) => {
    const write = (name: string, rate: number, level: number): Promise<void> =>
      Deno.writeFile(
        `${folder}/${name}.wav`,
        wavFile({
          channels: [Float32Array.from({ length: rate / 4 }, (_, i) => level * Math.sin(i / 5))],
          ...{ rate, encoding: "integer 16" },
        }),
      );
    for (const label of ["yes", "no"]) await Deno.mkdir(`${folder}/${label}`);
    await write("yes/1", 16_000, 0.5);
    await write("yes/2", 8000, 0.5);
    await write("no/1", 16_000, 0.25);
    await write("no/2", 16_000, 0);
    await body(folder);
  });
}

Deno.test("sounds of other rates, silent ones and those that are shortened are named", async () => {
  await inFolder(async (folder) => {
    const given = { data: folder, validFraction: 0, testFraction: 0, maxFrames: 20 };
    const { notes, warnings, data: { files } } = await readVectorData(complete(VECTOR_PLAN, given, "test"));
    const [, resampled, shortened] = notes;
    assertEquals(resampled, "1 sound of other rates is resampled to 16000 Hz.");
    assertEquals(
      shortened.replace(/such as .*;/, "such as ...;"),
      "4 sequences of more than 20 frames are shortened to as many, such as ...; --max-frames sets another number.",
    );
    assertEquals(warnings, [`1 sound of silence, such as ${folder}/no/2.wav`]);
    assertEquals(Object.keys(files[0]).sort(), ["channels", "format", "isSkeleton"]);
  });
});

Deno.test("a folder has the kind of most of its files, and the others are named", async () => {
  await inFolder(async (folder) => {
    await Deno.writeFile(`${folder}/yes/cover.png`, new Uint8Array(1));
    const { sequences, format, warnings } = await readVectorSequences(folder);
    assertEquals([sequences.length, format], [4, "sounds"]);
    const left = `1 picture or video left out among files of another kind, such as ${folder}/yes/cover.png`;
    assertEquals(warnings![1], left);
    for (let i = 0; i < 5; i++) await Deno.writeFile(`${folder}/no/${i}.png`, new Uint8Array(1));
    await assertRejects(() => readVectorSequences(folder), InputRangeError, "ffmpeg");
  });
});

Deno.test("files that may be videos are sounds for who prefers them, unless there are other files", async () => {
  await inFolder(async (folder) => {
    for (const ending of ["webm", "mp4", "mkv"]) await Deno.copyFile(`${folder}/yes/1.wav`, `${folder}/a.${ending}`);
    const prefers = "sounds";
    const { sequences, format, warnings } = await readVectorSequences(`${folder}/a.webm`, { prefers });
    assertEquals([sequences.length, format, warnings], [1, "sounds", []]);
    assertEquals((await readVectorSequences(folder, { prefers })).sequences.length, 7);
    await Deno.writeFile(`${folder}/no/0.png`, new Uint8Array(1));
    const mixed = await readVectorSequences(folder, { prefers });
    assertEquals([mixed.sequences.length, mixed.warnings?.length], [4, 2]);
    await assertRejects(
      () => readVectorSequences(`${folder}/a.webm`),
      InputRangeError,
      "to decode a video, found none",
    );
  });
});

Deno.test("a test or an evaluation of a model of sounds reads files that may be videos as sounds", async () => {
  await inFolder(async (folder) => {
    await inTempDir(async (recorded) => {
      for (const label of ["yes", "no"]) {
        await Deno.mkdir(`${recorded}/${label}`);
        await Deno.copyFile(`${folder}/${label}/1.wav`, `${recorded}/${label}/1.webm`);
      }
      const plan = complete(VECTOR_PLAN, { data: folder, test: recorded, valid: recorded }, "test");
      const { data } = await readVectorData(plan);
      assertEquals([data.corpus.valid?.length, data.corpus.test?.length], [2, 2]);
      const reading = { ...makeProcessor(data).reading, labels: ["no", "yes"] };
      const { sequences, format } = await readFile(recorded, { labelColumn: null, id: null }, reading);
      assertEquals([sequences.length, format], [2, "sounds"]);
    });
  });
});

Deno.test("a column of labels is refused where folders or the format tell the labels", async () => {
  await inFolder(async (folder) => {
    await assertRejects(
      () => readVectorSequences(folder, { labelColumn: "word" }),
      InputRangeError,
      `read ${folder}: expected a file of records with the field word, found sounds`,
    );
    await Deno.writeTextFile(`${folder}/a.ts`, "@data\n1,2:a\n");
    await assertRejects(
      () => readVectorSequences(`${folder}/a.ts`, { labelColumn: "word" }),
      InputRangeError,
      "found one whose format says where the labels are",
    );
  });
});
