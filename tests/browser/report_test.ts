// The page of `report` on two runs, by what its readers see.

import { assert, assertEquals } from "@std/assert";
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
