// The page of `--watch`, by what its readers see and do while a small model is trained.

import { assert, assertEquals, assertGreaterOrEqual, assertLess, assertMatch } from "@std/assert";
import { LanguageModel } from "../../mod.ts";
import { babble, inTempDir } from "../support/command.ts";
import { browserTest, expectAccessible, expectUsable, type OpenPage, type Page, type PageOptions } from "./support.ts";
import { type WatchedRun, watchRun } from "./watched_run.ts";

const SIZES = ["--cell", "gru", "--hidden", "16", "--embed", "8", "--batch", "4", "--bptt", "32", "--threads", "1"];

/** A run that only ends when it is asked to. */
const ENDLESS = [
  ...["--data", "text.txt", "--out", "model", ...SIZES],
  ...["--epochs", "1000000", "--schedule", "constant", "--sample-every", "200"],
];

/** The parts of a test. */
interface Watched {
  readonly page: Page;
  readonly run: WatchedRun;
  /** The directory that has the text and the model. */
  readonly directory: string;
  readonly openPage: OpenPage;
}

/** Declares a test with the page of a run, which is closed before the run is killed. */
function pageTest(name: string, body: (watched: Watched) => Promise<void>, options: PageOptions = {}): void {
  browserTest(name, async (openPage) => {
    await inTempDir(async (directory) => {
      await Deno.writeTextFile(`${directory}/text.txt`, babble(20_000));
      await using run = await watchRun(directory, ...ENDLESS);
      const page = await openPage({ url: run.url, ...options });
      await body({ page, run, directory, openPage });
      await page.context().close();
    });
  });
}

const press = async (page: Page, name: string): Promise<void> => await page.getByRole("button", { name }).click();

/** Waits until an element's text matches, and returns it. */
async function textOf(page: Page, id: string, expected: RegExp): Promise<string> {
  const element = page.locator(`#${id}`).filter({ hasText: expected });
  await element.waitFor();
  return (await element.textContent())!;
}

/** Returns the last step that is named at the axis of the first curve. */
async function lastTick(page: Page): Promise<number> {
  const axis = page.locator('#curves .by-step [data-part="x-axis tick label"]').first();
  return Math.max(...(await axis.locator("text").allTextContents()).map((tick) => Number(tick.replaceAll(",", ""))));
}

/** Waits until the curves go on beyond a step. */
async function beyond(page: Page, step: number): Promise<void> {
  for (let tries = 0; await lastTick(page) <= step; tries++) {
    assertLess(tries, 150, `no curve beyond step ${step}`);
    await page.waitForTimeout(100);
  }
}

pageTest("the curves of a run grow, and readers of any kind can use its page meanwhile", async ({ page }) => {
  await page.locator("#curves .by-epoch svg").first().waitFor({ state: "attached" });
  const before = await lastTick(page);
  const choice = page.getByRole("radio", { name: "time" });
  await choice.check();
  await choice.focus();
  await expectAccessible(page);
  await beyond(page, before);
  assertEquals(await page.locator(":focus").getAttribute("value"), "time");
  assert(await choice.isChecked() && await page.locator("#curves .by-time").isVisible());
  const [, step] = /^step (\d+)\/\d+ {2}loss [\d.]+ /.exec((await page.locator("#figures").textContent())!)!;
  assertLess(before, Number(step));
  await textOf(page, "samples", /after step \d+00, in epoch \d+[a-z\s]{100}/);
  await expectUsable(page);
}, { width: 375, scheme: "dark" });

pageTest("the model continues a text by click and by keyboard, until its run is killed", async ({ page, run }) => {
  await page.getByLabel("Prompt").fill("the cat");
  await page.getByLabel("Characters").fill("40");
  await press(page, "Sample");
  assertEquals((await textOf(page, "answer", /^the cat/)).length, "the cat".length + 40);
  await page.getByLabel("Prompt").focus();
  await page.keyboard.press("Control+A");
  await page.keyboard.type("a mat");
  await page.getByLabel("Temperature").press("Enter");
  assertEquals((await textOf(page, "answer", /^a mat/)).length, "a mat".length + 40);
  await page.getByLabel("Prompt").fill("É");
  await press(page, "Sample");
  assertMatch(await textOf(page, "answer", /expected/), /"É"/);
  await run.kill();
  await textOf(page, "state", /^The run does not answer\./);
}, { expected: /net::ERR_/ });

pageTest("the buttons save a run and stop it, and the page of the resumed run says how it ends", async (watched) => {
  const { page, run, directory, openPage } = watched;
  await press(page, "Save now");
  const [, saved] = /^Saved after step (\d+)\.$/.exec(await textOf(page, "state", /^Saved/))!;
  assertGreaterOrEqual(await savedStep(directory), Number(saved));
  await page.getByRole("button", { name: "Stop and save" }).press("Space");
  const stopped = /^Stopped after step (\d+)\. To resume: deno .*--resume model$/;
  const [, last] = stopped.exec(await textOf(page, "state", /^Stopped after/))!;
  await expectEnded(page);
  await expectAccessible(page);
  assertEquals(await run.code, 130);
  assertEquals(await savedStep(directory), Number(last));

  await using resumed = await watchRun(directory, "--resume", "model", "--minutes", "0.03");
  const second = await openPage({ url: resumed.url });
  const [, end] = /^The training has ended after step (\d+)\.$/.exec(await textOf(second, "state", /ended/))!;
  assertLess(Number(last), Number(end));
  await expectEnded(second);
  assertEquals(await resumed.code, 0);
});

/** Expects that a page keeps what it shows and takes no more wishes. */
async function expectEnded(page: Page): Promise<void> {
  assert(await page.locator("#curves svg").first().isVisible());
  const controls = await page.locator("button, textarea, input:not([type=radio])").all();
  assertEquals(await Promise.all(controls.map((control) => control.isDisabled())), Array(6).fill(true));
}

async function savedStep(directory: string): Promise<number> {
  const { snapshot } = await LanguageModel.loadCheckpoint(`${directory}/model`);
  return snapshot.progress.step;
}
