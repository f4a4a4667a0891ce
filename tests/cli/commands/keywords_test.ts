import { assertEquals, assertStringIncludes } from "@std/assert";
import { inTempDir, runCommand } from "../../support/command.ts";
import { wavFile } from "../../support/wav_file.ts";
import { RATE, speak } from "../../tasks/speech/tones.ts";

async function writeSound(path: string, text: string, gain: number): Promise<void> {
  const samples = speak(text).sound.samples.map((sample) => sample * gain);
  await Deno.writeFile(path, wavFile({ channels: [samples], rate: RATE, encoding: "integer 16" }));
}

Deno.test("train-classifier learns the sounds of each folder, and classify names the word of another", async () => {
  await inTempDir(async (directory) => {
    for (const label of ["lh", "hl"]) {
      await Deno.mkdir(`${directory}/clips/${label}`, { recursive: true });
      for (let i = 0; i < 6; i++) await writeSound(`${directory}/clips/${label}/${i}.wav`, label, 0.3 + i / 10);
    }
    const size = ["--hidden", "8", "--epochs", "30", "--batch", "4", "--valid-fraction", "0", "--threads", "1"];
    const model = `${directory}/model`;
    const trained = await runCommand("train-classifier", "--data", `${directory}/clips`, ...size, "--out", model);
    assertEquals(trained.code, 0, trained.stderr);
    assertStringIncludes(trained.stdout, "12 sequences of 28 frames of 40 values (sounds): hl 6, lh 6.");
    await writeSound(`${directory}/new.wav`, "lh", 0.55);
    const { stdout } = await runCommand("classify", "--model", model, "--tsv", `${directory}/new.wav`);
    assertEquals(stdout.split("\n")[1].split("\t")[1], "lh");
    await Deno.writeFile(`${directory}/short.wav`, wavFile({ channels: [[0, 0]], rate: RATE, encoding: "float 32" }));
    const short = await runCommand("classify", "--model", model, `${directory}/short.wav`);
    assertStringIncludes(short.stderr, "short.wav: expected a sound of at least 25 ms, found one of 4 samples");
  });
});
