// Takes the pictures of pages in docs/: `deno task screenshots`, or some of them: `deno task screenshots report`. It
// trains the models that the pages show, which takes minutes, and needs Chromium, and for `tensorboard` a `python3`
// with TensorBoard.

import { fileURLToPath } from "node:url";
import { build } from "../examples/browser/build.ts";
import { CharTokenizer, LanguageModel } from "../mod.ts";
import { type OpenPage, type Page, withPages } from "../tests/browser/support.ts";
import { serve } from "../tests/browser/served.ts";
import { startTensorBoard } from "../tests/browser/tensorboard.ts";
import { watchRun } from "../tests/browser/watched_run.ts";

const ROOT = new URL("../", import.meta.url);

/** Maximum size of a picture in bytes. */
const MOST_BYTES = 150_000;

/** Opens and prepares the page of each picture, then saves it. */
const PICTURES: Readonly<Record<string, (openPage: OpenPage, save: (page: Page) => Promise<void>) => Promise<void>>> = {
  playground: async (openPage, save) => {
    const text = await Deno.readTextFile(new URL("docs/guide/father_william.txt", ROOT));
    const poem = LanguageModel.create({ tokenizer: CharTokenizer.train(text), hidden: 128, seed: 1 });
    for await (const _ of poem.fit(text, { epochs: 80, batch: 4, bptt: 48, learningRate: 0.005 }));
    await using served = await serve({ "father-william": poem });
    const page = await openPage({ url: served.url, height: 780 });
    await page.getByLabel("Prompt").fill('"You are old, Father William," ');
    await page.getByLabel("Seed").fill("1");
    await page.getByRole("button", { name: "Generate" }).click();
    await page.getByRole("status").filter({ hasText: "tokens/s" }).waitFor();
    await page.locator("#answer .token").filter({ hasText: "y" }).nth(2).click();
    await save(page);
  },
  report: async (openPage, save) => {
    const runs = [await train("lstm", "docs/*.md", 6), await train("gru", "docs/*.md", 6, "--cell", "gru")];
    await elman("report", ...runs, "--out", `${directory}/report.html`);
    await save(await openPage({ html: await Deno.readTextFile(`${directory}/report.html`), height: 1000 }));
  },
  live_page: async (openPage, save) => {
    const data = ["--data", "docs/*.md", "--out", `${directory}/docs-gru`];
    const options = ["--cell", "gru", "--hidden", "128", "--minutes", "3", "--sample-every", "200"];
    await using run = await watchRun(fileURLToPath(ROOT), ...data, ...options);
    const page = await openPage({ url: run.url, height: 1090 });
    await page.locator("#samples pre").nth(3).waitFor({ timeout: 600_000 });
    await page.getByLabel("Prompt").fill("The network ");
    await page.getByRole("button", { name: "Sample" }).click();
    await page.locator("#answer").filter({ hasText: /^The network / }).waitFor();
    await save(page);
    await page.close();
  },
  tensorboard: async (openPage, save) => {
    for (const cell of ["lstm", "gru"]) {
      const logged = ["--tensorboard", `${directory}/runs/${cell}`, "--histogram-every", "20"];
      const small = ["--cell", cell, "--hidden", "64", "--batch", "4", "--bptt", "24"];
      await train(`board-${cell}`, "docs/guide/father_william.txt", 30, ...small, ...logged);
    }
    await using board = await startTensorBoard(`${directory}/runs`);
    const page = await openPage({ url: `${board.url}?darkMode=false#timeseries`, height: 1000, expected: /./ });
    await page.getByText("epoch/train_loss").first().waitFor({ timeout: 60_000 });
    await page.locator("input[placeholder='Filter tags (regex)']:visible").first().fill(
      "train/(loss|grad_norm)|decoder.weight",
    );
    await page.getByRole("button", { name: "Settings" }).filter({ hasText: "Settings" }).first().click();
    await page.waitForTimeout(3000);
    await save(page);
  },
  browser: async (openPage, save) => {
    const page = await openPage({ url: `file://${await build()}`, width: 1000, height: 1700 });
    await page.locator("#text-status").filter({ hasText: "characters" }).waitFor();
    await page.getByLabel("Length").fill("700");
    await page.getByLabel("Measured in").selectOption("steps");
    await page.getByRole("button", { name: "Train" }).click();
    await page.locator("#train-status").filter({ hasText: /^Done/ }).waitFor({ timeout: 600_000 });
    await page.getByLabel("Prompt").fill("The food was ");
    await page.getByLabel("Tokens").fill("300");
    await page.getByRole("button", { name: "Generate" }).click();
    await page.locator("#generate-status").filter({ hasText: "generated" }).waitFor();
    const colored = (await page.locator("#colored").boundingBox())!;
    await page.mouse.wheel(0, colored.y + colored.height + 16 - page.viewportSize()!.height);
    await page.waitForTimeout(500);
    await save(page);
  },
};

const directory = await Deno.makeTempDir();

/** Trains a language model and returns its directory. */
async function train(name: string, data: string, epochs: number, ...options: string[]): Promise<string> {
  await elman("train-lm", "--data", data, "--out", `${directory}/${name}`, "--epochs", `${epochs}`, ...options);
  return `${directory}/${name}`;
}

/** Runs a command of the command line. */
async function elman(...args: string[]): Promise<void> {
  const program = ["run", "--allow-all", "--no-check", "cli/main.ts", ...args];
  const { success } = await new Deno.Command(Deno.execPath(), { args: program, cwd: ROOT, stdin: "null" }).spawn()
    .status;
  if (!success) throw new RangeError(`run ${args.join(" ")}: expected success, found an error`);
}

/** Saves the visible part of a page. */
async function saveAs(name: string, page: Page): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send("Page.captureScreenshot", { format: "webp", quality: 85 });
  const bytes = Uint8Array.fromBase64(data);
  if (bytes.length > MOST_BYTES) {
    throw new RangeError(`save ${name}: expected ${MOST_BYTES} bytes, found ${bytes.length}`);
  }
  await Deno.writeFile(new URL(`docs/${name}.webp`, ROOT), bytes);
  console.log(`docs/${name}.webp: ${bytes.length} bytes`);
}

for (const name of Deno.args.length > 0 ? Deno.args : Object.keys(PICTURES)) {
  await withPages((openPage) => PICTURES[name](openPage, (page) => saveAs(name, page)));
}
await Deno.remove(directory, { recursive: true });
