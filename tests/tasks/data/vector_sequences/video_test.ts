import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { startProgram } from "../../../../cli/terminal/mod.ts";
import { InputRangeError } from "../../../../errors.ts";
import { holdsVectors, readVectorSequences, type StartProgram } from "../../../../tasks/data/mod.ts";
import { groupIn } from "../../../../tasks/data/vector_sequences/folders.ts";
import { chunksOf } from "../../../../tasks/data/vector_sequences/video.ts";
import { inTempDir } from "../../../support/command.ts";

const hasFfmpeg = await (async (): Promise<boolean> => {
  const running = startProgram("ffmpeg", ["-version"]);
  if (running === undefined) console.warn("Tests of videos are left out: ffmpeg is not installed.");
  return (await running?.ended)?.code === 0;
})();

/** A picture of 8 x 8 pixels of one gray, as a bitmap file of 24 bits a pixel. */
function bitmap(gray: number): Uint8Array {
  const file = new Uint8Array(54 + 192).fill(gray, 54);
  const view = new DataView(file.buffer);
  file.set([0x42, 0x4d]);
  for (const [at, value] of [[2, file.length], [10, 54], [14, 40], [18, 8], [22, 8], [34, 192]]) {
    view.setUint32(at, value, true);
  }
  view.setUint16(26, 1, true);
  view.setUint16(28, 24, true);
  return file;
}

async function makeFrames(folder: string, grays: readonly number[]): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  for (const [i, gray] of grays.entries()) await Deno.writeFile(`${folder}/${i + 1}.bmp`, bitmap(gray));
}

Deno.test({
  name: "videos and folders of pictures are read as frames in gray, and a damaged video is named with ffmpeg's reason",
  ignore: !hasFfmpeg,
  async fn() {
    await inTempDir(async (directory) => {
      await makeFrames(`${directory}/clips/fall/p2_a`, [0, 51, 102, 153, 153, 153, 153, 153, 153, 204, 255]);
      const gif = `${directory}/clips/rise/p1_a.gif`;
      await Deno.mkdir(`${directory}/clips/rise`);
      const input = ["-framerate", "10", "-i", `${directory}/clips/fall/p2_a/%d.bmp`];
      assertEquals((await startProgram("ffmpeg", ["-loglevel", "error", ...input, gif])!.ended).code, 0);
      const options = { size: 4, fps: 20, startProgram };
      const { sequences, picture, channels, frameRate } = await readVectorSequences(`${directory}/clips`, {
        ...options,
        group: "p",
      });
      assertEquals([picture, channels, frameRate], [[4, 4], 16, 20]);
      const [video, pictures] = sequences;
      assertEquals([video.label, video.group, pictures.label, pictures.group], ["rise", "1", "fall", "2"]);
      // Twice as many frames a second as the video has.
      assert(Math.abs(video.length - 22) <= 2, `${video.length}`);
      assertEquals(pictures.length, 11);
      assertAlmostEquals(pictures.frames[16], 0.2, 0.02);
      assertAlmostEquals(pictures.frames.at(-1)!, 1, 0.02);
      assertEquals(await holdsVectors(`${directory}/clips`), true);
      const bad = `${directory}/bad.mp4`;
      await Deno.writeTextFile(bad, "no video");
      await assertRejects(
        () => readVectorSequences(bad, options),
        InputRangeError,
        `read ${bad}: expected a video that ffmpeg`,
      );
      await assertRejects(
        () => readVectorSequences(`${bad}4.mp4`, options),
        InputRangeError,
        "expected a file, found none",
      );
    });
  },
});

Deno.test("a missing ffmpeg is named with the package to install, and so is a video without frames", async () => {
  const file = await Deno.makeTempFile({ suffix: ".mp4" });
  const read = (startProgram?: StartProgram): Promise<unknown> => readVectorSequences(file, { startProgram });
  await assertRejects(() => read(() => undefined), InputRangeError, "install ffmpeg: apt install ffmpeg");
  await assertRejects(() => read(), InputRangeError, "expected startProgram");
  const output = (async function* (): AsyncGenerator<Uint8Array> {})();
  const ended = Promise.resolve({ code: 0, messages: "" });
  await assertRejects(
    () => read(() => ({ output, ended, stop() {} })),
    InputRangeError,
    "at least 1 frame, found none",
  );
  await Deno.remove(file);
});

Deno.test("bytes of any division are joined to frames, and an incomplete one is left out", async () => {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    yield Uint8Array.of(1);
    yield Uint8Array.of(2, 3, 4, 5);
    yield Uint8Array.of(6, 7);
  }
  const chunks = await Array.fromAsync(chunksOf(pieces(), 3));
  assertEquals(chunks.map((chunk) => [...chunk]), [[1, 2, 3], [4, 5, 6]]);
});

Deno.test("the group is what follows a name in a file's name, or the part in a place", () => {
  assertEquals(groupIn("clips/walk/subject3_trial1.mp4", "subject"), "3");
  assertEquals(groupIn("clips/walk/v_Walk_g01_c2.avi", "g"), "01");
  assertEquals(groupIn("clips/walk/daria_walk.avi", "1"), "daria");
  assertEquals(groupIn("clips/sit/s02_e01.npy", "s"), "02");
  assertEquals(groupIn("clips/sit/sit_s02.npy", "s"), "02");
  assertEquals(groupIn("clips/golf/v_golf_g01.avi", "g"), "01");
  assertEquals(groupIn("clips/subject3/walk.avi", "subject"), "3");
});
