// TensorBoard itself reads the event files of a training run.

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { babble, inTempDir, jsonLines, runCommandIn } from "../support/command.ts";
import { hasTensorBoard, startTensorBoard } from "./tensorboard.ts";

const isHere = await hasTensorBoard();
if (!isHere) console.error("TensorBoard is not tested: expected a python3 with tensorboard, found none.");

Deno.test({
  name: "TensorBoard shows the figures, the samples and the histograms of a run",
  ignore: !isHere,
  fn: () =>
    inTempDir(async (directory) => {
      await Deno.writeTextFile(`${directory}/text.txt`, babble(400));
      const sizes = [
        "--hidden",
        "5",
        "--embed",
        "4",
        "--batch",
        "2",
        "--bptt",
        "16",
        "--epochs",
        "2",
        "--threads",
        "1",
      ];
      const logged = ["--tensorboard", "runs/a", "--histogram-every", "8", "--sample-every", "12"];
      const printed = ["--json", "--log-every", "1"];
      const run = await runCommandIn(directory, "train-lm", "--data", "text.txt", ...sizes, ...logged, ...printed);
      assertEquals(run.code, 0, run.stderr);
      const lines = jsonLines(run.stdout);
      const of = (kind: string) => lines.filter(({ event }) => event === kind);
      await using board = await startTensorBoard(`${directory}/runs`);
      const get = async (path: string) => await (await fetch(`${board.url}data/plugin/${path}`)).json();
      // It answers before it has read the files.
      while (!("a" in await get("text/tags"))) await new Promise((resolve) => setTimeout(resolve, 100));

      for (const figure of ["loss", "lr", "grad_norm"]) {
        const values: [number, number, number][] = await get(`scalars/scalars?run=a&tag=train%2F${figure}`);
        const expected = of("step").map((line) => [line.step, Math.fround(line[figure] as number)]);
        assertEquals(values.map(([, step, value]) => [step, value]), expected, figure);
      }
      assert("epoch/perplexity" in (await get("scalars/tags")).a);
      const samples: { text: string; step: number }[] = await get("text/text?run=a&tag=sample");
      assertEquals(samples.map(({ step }) => step), of("sample").map(({ step }) => step));
      assertStringIncludes(JSON.stringify(await get("text/text?run=a&tag=settings")), "<td>lstm</td>");
      const histograms = Object.keys((await get("histograms/tags")).a);
      assert(histograms.length >= 2 * 6, `${histograms}`);
      const shown: [number, number, number[][]][] = await get(
        `histograms/histograms?run=a&tag=${encodeURIComponent(histograms[0])}`,
      );
      assert(shown.length > 1 && shown.every(([, step, bins]) => step > 0 && bins.length > 0));
    }),
});
