// The page of `report` on two runs, by what its readers see.

import { assert, assertEquals, assertNotEquals } from "@std/assert";
import { reportPage } from "../../cli/report/mod.ts";
import { smallRuns } from "./runs.ts";
import { browserTest, expectAccessible, expectUsable } from "./support.ts";

const html = await reportPage(smallRuns());

browserTest("a report is readable in both schemes and usable in both widths", async (openPage) => {
  const page = await openPage({ html });
  await expectAccessible(page);
  await expectUsable(page);
});

browserTest("a report lays the curves of its runs over each other and opens the common settings", async (openPage) => {
  const page = await openPage({ html, width: 375, scheme: "dark" });
  const figure = page.locator("figure").filter({ hasText: "Validation loss" }).first();
  const strokes = (await figure.innerHTML()).match(/(?<=stroke="?)#[0-9a-f]{6}|(?<=stroke=")var\([^)]*\)/g);
  assert(new Set(strokes).size >= 2, `${strokes}`);
  const details = page.locator("details").first();
  const row = details.getByRole("rowheader", { name: "cell" });
  assertEquals(await row.isVisible(), false);
  await details.locator("summary").press("Enter");
  assertEquals(await row.isVisible(), true);
});

browserTest("a report shows the pictures of each run's model, of every kind", async (openPage) => {
  const page = await openPage({ html, width: 375 });
  const shown = async (text: string): Promise<number> => await page.getByRole("heading", { name: text }).count();
  for (const title of ["Confusion", "Forecast", "Surprisal", "Worst errors"]) assert(await shown(title) >= 1, title);
  const matrix = page.getByRole("region", { name: "Confusion" }).first();
  assertEquals((await matrix.locator("text").allTextContents()).filter((text) => text === "18").length, 3);
  // A matrix keeps its size and scrolls by keyboard.
  await matrix.focus();
  assertEquals(await page.locator("[role=region]:focus").getAttribute("aria-label"), "Confusion of verses-128");

  const chart = page.locator("figure, section, div").filter({ hasText: "seasonal naive" }).last();
  for (const entry of ["80 %", "median", "observed"]) assert((await chart.innerText()).includes(entry), entry);

  const passage = page.locator("pre.passage").first();
  assertEquals((await passage.textContent())!.replace("⏎", ""), "the rain\nin spain");
  const colorOf = async (i: number): Promise<string> =>
    await page.evaluate(`getComputedStyle(document.querySelectorAll("pre.passage span")[${i}]).backgroundColor`);
  assertNotEquals(await colorOf(0), await colorOf(4));
  assertEquals(await passage.locator("span").nth(4).getAttribute("title"), "4 bits");

  const table = page.locator("figure").filter({ hasText: "Worst errors" }).first();
  for (const text of ["<b>", "0.0123", "–"]) assert((await table.innerText()).includes(text), text);
});
