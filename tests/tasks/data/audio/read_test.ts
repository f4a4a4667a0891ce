import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { startProgram } from "../../../../cli/terminal/mod.ts";
import { isAudio, readSound } from "../../../../tasks/data/audio/mod.ts";
import { inTempDir } from "../../../support/command.ts";
import { wavFile } from "../../../support/wav_file.ts";

const hasFfmpeg = await (async (): Promise<boolean> => {
  const running = startProgram("ffmpeg", ["-version"]);
  if (running === undefined) console.warn("Tests of compressed sounds are left out: ffmpeg is not installed.");
  return (await running?.ended)?.code === 0;
})();

const TONE = Float32Array.from({ length: 1600 }, (_, i) => 0.5 * Math.sin(i / 5));

Deno.test("readSound reads a WAV file at its own rate or at another", async () => {
  await inTempDir(async (directory) => {
    const path = `${directory}/a.wav`;
    await Deno.writeFile(path, wavFile({ channels: [TONE], rate: 8000, encoding: "float 32" }));
    assertEquals(await readSound(path), { samples: TONE, rate: 8000 });
    const { samples, rate } = await readSound(path, { rate: 16000 });
    assertEquals([samples.length, rate], [3200, 16000]);
    assertEquals([isAudio("a.WAV"), isAudio("b.flac"), isAudio("c.txt")], [true, true, false]);
  });
});

Deno.test("readSound names the file that is missing, empty or damaged, or that needs ffmpeg", async () => {
  await inTempDir(async (directory) => {
    const refuse = (path: string, message: string, options = {}): Promise<unknown> =>
      assertRejects(() => readSound(path, options), RangeError, message);
    await refuse(`${directory}/none.wav`, "none.wav: expected a file, found none");
    await refuse("a.wav", "read a.wav: expected a whole sampling rate from 100 to 1000000 Hz, found 0", { rate: 0 });
    const [empty, cut, other, padded] = ["empty.wav", "cut.wav", "other.mp3", "padded.wav"]
      .map((name) => `${directory}/${name}`);
    await Deno.writeFile(empty, new Uint8Array(0));
    await refuse(empty, `read ${empty}: expected a sound, found an empty file`);
    await Deno.writeFile(cut, wavFile({ channels: [TONE], rate: 8000, encoding: "integer 16" }).slice(0, 100));
    await refuse(cut, `read ${cut}: expected 3,200 bytes of samples in a WAV file, found 56`);
    // Floats that the header calls integers of 24 bits in blocks of 4 bytes, as Cool Edit does.
    const floats = wavFile({ channels: [TONE], rate: 8000, encoding: "float 32" });
    floats[20] = 1;
    floats[34] = 24;
    await Deno.writeFile(padded, floats);
    await refuse(padded, `read ${padded}: expected startProgram, which runs ffmpeg, to decode a sound, found none`);
    await Deno.writeTextFile(other, "no sound");
    await refuse(other, `read ${other}: expected startProgram, which runs ffmpeg, to decode a sound, found none`);
    const missing = "expected ffmpeg to decode it, found none; install ffmpeg: apt install ffmpeg";
    await refuse(other, missing, { startProgram: () => undefined });
  });
});

Deno.test({
  name: "readSound decodes a compressed sound by ffmpeg, and names a damaged one with ffmpeg's reason",
  ignore: !hasFfmpeg,
  async fn() {
    await inTempDir(async (directory) => {
      const [wav, flac, bad] = ["a.wav", "a.flac", "bad.mp3"].map((name) => `${directory}/${name}`);
      await Deno.writeFile(wav, wavFile({ channels: [TONE], rate: 8000, encoding: "integer 16" }));
      assertEquals((await startProgram("ffmpeg", ["-loglevel", "error", "-i", wav, flac])!.ended).code, 0);
      const { samples, rate } = await readSound(flac, { startProgram });
      assertEquals([samples.length, rate], [1600, 8000]);
      samples.forEach((sample, i) => assertAlmostEquals(sample, TONE[i], 1e-4));
      const adpcm = `${directory}/adpcm.wav`;
      const encode = ["-loglevel", "error", "-i", wav, "-c:a", "adpcm_ima_wav", adpcm];
      assertEquals((await startProgram("ffmpeg", encode)!.ended).code, 0);
      const { samples: coarse } = await readSound(adpcm, { startProgram });
      // Its steps grow with the first samples.
      TONE.forEach((sample, i) => assertAlmostEquals(coarse[i], sample, i < 50 ? 0.5 : 0.05));
      await Deno.writeTextFile(bad, "no sound");
      await assertRejects(
        () => readSound(bad, { startProgram }),
        RangeError,
        "expected a sound that ffmpeg can decode",
      );
    });
  },
});
