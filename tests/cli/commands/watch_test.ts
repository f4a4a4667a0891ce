import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { vectorSequence } from "../../../tasks/data/mod.ts";
import { FrameProcessor, VectorClassifier } from "../../../tasks/vector_classification/mod.ts";
import { inTempDir, jsonLines, outcomeOf, runCommand, startCommand } from "../../support/command.ts";

/** Side of the pictures. */
const SIDE = 4;

/** Saves a model of frames of two values, or of pictures, in a directory. */
async function saveModel(directory: string, picture?: readonly [number, number]): Promise<void> {
  const values = picture ? Array.from({ length: SIDE ** 2 }, (_, i) => i / SIDE ** 2) : [0.5, 1];
  const up = vectorSequence([values, values.map((value) => value + 1)], { label: "up" });
  const down = vectorSequence([values, values.map((value) => -value)], { label: "down" });
  const processor = FrameProcessor.fit([up, down], picture ? { kind: "picture", picture } : {});
  const model = VectorClassifier.create({ processor, labels: ["down", "up"], hidden: 4, bidirectional: false });
  await model.save(directory);
}

Deno.test("watch prints a line for each change of the label, an object for each frame as JSON, and a timeline", async () => {
  await inTempDir(async (directory) => {
    const [model, frames, drawing] = ["m", "frames.jsonl", "out.svg"].map((name) => `${directory}/${name}`);
    await saveModel(model);
    await Deno.writeTextFile(frames, "[0.5, 1]\n\n[1.5, 2]\n[2.5, 3]\n");
    const plain = await runCommand("watch", "--model", model, frames, "--timeline", drawing);
    assertEquals(plain.code, 0, plain.stderr);
    assertMatch(plain.stdout, /^(frame \d\t(up|down)\t0\.\d{4}\n)+/);
    assertMatch(plain.stderr, /^At the end: frame 2 (up|down) 0\.\d{4}; 3 frames, \d+ a second\.$/m);
    assertStringIncludes(await Deno.readTextFile(drawing), "<svg");
    const alone = await runCommand("watch", "--model", model, frames, "--timeline", "-");
    assertEquals(alone.stdout, await Deno.readTextFile(drawing));
    const { stdout } = await runCommand("watch", "--model", model, "--json", frames);
    const answers = jsonLines(stdout) as { frame: number; probabilities: Record<string, number> }[];
    assertEquals(answers.map(({ frame }) => frame), [0, 1, 2]);
    const whole = await runCommand("watch", "--model", model, "--json", "--span", "1", frames);
    assert(whole.stdout !== stdout, "--span 1 reads the last state only");
    const sequence = `${directory}/sequence.jsonl`;
    await Deno.writeTextFile(sequence, '{"frames": [[0.5, 1], [1.5, 2], [2.5, 3]]}\n');
    const [classified] = jsonLines((await runCommand("classify", "--model", model, "--json", sequence)).stdout);
    const { up } = classified.probabilities as Record<string, number>;
    assert(Math.abs(up - answers[2].probabilities.up) < 1e-5, "the last answer is that of the whole sequence");
  });
});

Deno.test("watch reads raw pictures of a pipe", async () => {
  await inTempDir(async (directory) => {
    await saveModel(`${directory}/m`, [SIDE, SIDE]);
    const child = startCommand(["watch", "--model", `${directory}/m`, "--raw", "--json", "-"], undefined, {
      stdin: true,
    });
    const writer = child.stdin.getWriter();
    await writer.write(new Uint8Array(2 * SIDE ** 2 + 3)); // The last three bytes are no whole frame.
    await writer.close();
    const { code, stdout, stderr } = await outcomeOf(child);
    assertEquals([code, stderr], [0, ""]);
    assertEquals(jsonLines(stdout).map(({ frame }) => frame), [0, 1]);
  });
});

Deno.test("what cannot be watched is refused in one line", async () => {
  await inTempDir(async (directory) => {
    const write = async (content: string): Promise<string> => {
      await Deno.writeTextFile(`${directory}/frames.jsonl`, content);
      return `${directory}/frames.jsonl`;
    };
    await saveModel(`${directory}/m`);
    const cases: [args: string[], content: string, message: string][] = [
      [[], "[1, 2]\n[1]\n", "frames.jsonl: expected 2 values on line 2, found 1"],
      [[], "[1, null]\n", "frames.jsonl: expected finite numbers in frame 1 of line 1, found null"],
      [[], "[1, NaN]\n", "frames.jsonl: expected the numbers of a frame, such as [0.1, 0.2], on line 1"],
      [[], "\n", "frames.jsonl: expected at least 1 whole frame, found none"],
      [["--raw"], "", "--raw: expected - with it"],
      [["--span", "0"], "", "--span: expected a whole number of at least 1"],
      [["more.jsonl"], "", "expected one video, or - for a pipe, found 2"],
    ];
    for (const [args, content, message] of cases) {
      const { code, stderr } = await runCommand("watch", "--model", `${directory}/m`, ...args, await write(content));
      assert(code > 0, message);
      assertMatch(stderr, /^error: [^\n]*\n$/);
      assertStringIncludes(stderr, message);
    }
  });
});
