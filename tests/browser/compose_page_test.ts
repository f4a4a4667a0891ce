// Composing on the page at `/` of a server: what is asked for, seen, heard and downloaded.

import { assert, assertEquals, assertMatch } from "@std/assert";
import { textToTune, tuneToScore, writeMIDI } from "../../tasks/data/music/mod.ts";
import { serve, tuneModel } from "./served.ts";
import { browserTest, expectAccessible, expectUsable } from "./support.ts";

const tunes = tuneModel();

browserTest("a tune is composed by keyboard, shown, played and downloaded", async (openPage) => {
  await using served = await serve({ tunes }, { maxBars: 40 });
  const page = await openPage({ url: served.url, width: 375, expected: /status of 400/ });
  const status = page.getByRole("status").filter({ hasText: /^Composed/ });
  await page.getByLabel("Key", { exact: true }).fill("D");
  assertEquals(await page.getByLabel("Maximum tokens").isVisible(), false);
  await page.keyboard.press("Tab");
  await page.keyboard.type("6/8");
  await page.keyboard.press("Tab");
  await page.keyboard.type("3");
  await page.keyboard.press("Tab");
  await page.keyboard.type("7");
  await page.getByLabel("Temperature").fill("1.2");
  await page.keyboard.press("Tab");
  await page.getByLabel("Seed").focus();
  await page.keyboard.press("Enter");
  await status.waitFor();
  assertEquals(await status.innerText(), "Composed 3 bars, key D, 6/8, seed 7.");

  const score = page.getByRole("img", { name: "Score of the music" });
  assert(await score.evaluate((image) => (image as unknown as { naturalWidth: number }).naturalWidth) > 200);
  const player = page.locator("audio");
  await page.waitForFunction("document.querySelector('audio').readyState >= 1");
  assert(await player.evaluate((audio) => (audio as unknown as { duration: number }).duration) > 1);
  const [{ text }] = await tunes.compose({ key: "D", meter: "6/8", bars: 3, temperature: 1.2, seed: 7 });
  const midi = await writeMIDI(tuneToScore(textToTune(text).tune));
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "MIDI" }).press("Enter"),
  ]);
  assertEquals(download.suggestedFilename(), "music.mid");
  assertEquals(await Deno.readFile((await download.path())!), midi);
  await expectAccessible(page);
  await expectUsable(page);

  await page.getByLabel("Key", { exact: true }).fill("H");
  await page.getByLabel("Seed").press("Enter");
  assertMatch(await page.getByRole("alert").innerText(), /expected a key of .*found "H"/);
  assertEquals(await page.locator("[aria-invalid=true]:focus").getAttribute("name"), "music_key");
  await page.getByLabel("Key", { exact: true }).fill("");
  await page.getByLabel("Beginning").fill("X:1\nM:3/4\nL:1/8\nK:G\nG2 A2 B2|");
  await page.getByLabel("Meter").fill("");
  await page.keyboard.press("Enter");
  await status.waitFor();
  assertEquals(await status.innerText(), "Composed 3 bars, key G, 3/4, seed 7.");
  await page.context().close();
});
