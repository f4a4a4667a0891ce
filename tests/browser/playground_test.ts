// The page at `/` of a server, by what its readers click, type and see.

import { Buffer } from "node:buffer";
import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import type { ServeOptions } from "../../tasks/serving/mod.ts";
import { writeWav } from "../../tasks/data/audio/mod.ts";
import { speak } from "../tasks/speech/tones.ts";
import {
  capitalTranslator,
  cornerClassifier,
  serve,
  type Served,
  toneRecognizer,
  verseModel,
  waveForecaster,
  weatherClassifier,
} from "./served.ts";
import { browserTest, expectAccessible, expectUsable, inPage, type Page, type PageOptions } from "./support.ts";

const PROMPT = "the rain in ";
const verse = await verseModel();
const models = {
  verse,
  weather: await weatherClassifier(),
  capitals: await capitalTranslator(),
  corners: await cornerClassifier(),
  waves: waveForecaster(),
  tones: await toneRecognizer(),
};

/** Declares a test with the page of a server of the models. */
function pageTest(
  name: string,
  test: (page: Page, served: Served) => Promise<void>,
  options: { readonly page?: PageOptions; readonly serve?: ServeOptions } = {},
): void {
  browserTest(name, async (openPage) => {
    await using served = await serve(models, { maxNewTokens: 1e9, ...options.serve });
    const page = await openPage({ url: served.url, ...options.page });
    await test(page, served);
    await page.context().close();
  });
}

const press = async (page: Page, name: string): Promise<void> => await page.getByRole("button", { name }).click();
const textOf = async (page: Page): Promise<string> => await page.locator("#answer").innerText();

/** Waits until the line over the answer matches. */
async function status(page: Page, expected: RegExp): Promise<void> {
  await page.getByRole("status").filter({ hasText: expected }).waitFor();
}

pageTest("a click generates the text of the seed, and every token can be replaced by another", async (page) => {
  await page.getByLabel("Prompt").fill(PROMPT);
  await page.getByLabel("Maximum tokens").fill("40");
  await page.getByLabel("Seed").fill("3");
  await page.getByLabel("Temperature").fill("1.5");
  await page.getByLabel("Top p").fill("0.95");
  assertEquals(await page.locator("output[for=temperature]").textContent(), "1.5");
  await press(page, "Generate");
  await status(page, /^40 tokens, \d+ tokens\/s\.$/);
  const { text } = await verse.complete(PROMPT, { maxTokens: 40, temperature: 1.5, topP: 0.95, seed: 3 });
  assertEquals(await page.locator("#answer").textContent(), PROMPT + text);

  await page.locator("#answer .token").nth(2).click();
  assertEquals(await page.getByLabel("Token", { exact: true }).inputValue(), "3");
  const choices = page.getByRole("listitem").getByRole("button");
  assertEquals((await page.locator("#top [aria-current=true]").innerText())[0], text[2].replace(" ", "␣"));
  assert(await choices.count() >= 5);
  const others = page.locator("#top button:not([aria-current])");
  const other = (await others.first().innerText())[0].replace("␣", " ");
  await others.first().click();
  await status(page, /^40 tokens/);
  assertEquals(await page.getByLabel("Prompt").inputValue(), PROMPT + text.slice(0, 2) + other);
});

pageTest("a text appears while it is generated, and Stop ends it and frees its place", async (page, served) => {
  await page.getByLabel("Prompt").fill(PROMPT);
  await page.getByLabel("Maximum tokens").fill("1000000");
  await press(page, "Generate");
  await page.locator("#answer .token").nth(20).waitFor();
  assertMatch(await page.locator("#rate").innerText(), /^\d+ tokens, \d+ tokens\/s$/);
  assertEquals(await served.metric("elman_running_texts"), 1);
  // The keyboard, since a click waits for a page that does not move, and this one grows with every token.
  await page.getByRole("button", { name: "Stop" }).press("Enter");
  await status(page, /^Stopped after \d+ tokens\.$/);
  await served.idle();
  assertLess((await textOf(page)).length, 1000000);
  assert(await page.getByRole("button", { name: "Stop" }).isDisabled());
});

pageTest("a long answer stays whole, and its latest tokens can be chosen", async (page) => {
  await page.getByLabel("Prompt").fill(PROMPT);
  await page.getByLabel("Maximum tokens").fill("15000");
  await page.getByLabel("Seed").fill("3");
  await press(page, "Generate");
  await status(page, /^15000 tokens/);
  const { text } = await verse.complete(PROMPT, { maxTokens: 15000, temperature: 0.8, seed: 3 });
  assertEquals(await page.locator("#answer").textContent(), PROMPT + text);
  const count = await page.locator("#answer .token").count();
  assert(count >= 10000 && count < 15000, `found ${count} tokens`);
  await page.getByLabel("Token", { exact: true }).press("Home");
  assertEquals(await page.locator("output[for=at]").textContent(), `${15000 - count + 1} of 15000`);
  assertEquals(await page.locator("#answer .chosen").textContent(), text[15000 - count]);
});

pageTest("frames are classified, and a series is forecast", async (page) => {
  await page.getByLabel("Model").selectOption("corners");
  await page.getByLabel("Frames, as JSON").fill("[[0, 1], [0, 1], [0, 1]]");
  await press(page, "Classify");
  await status(page, /^second\.$/);
  assertMatch(await textOf(page), /^\s*second\s+\d+\.\d %\s+first\s+(?:< )?\d+\.\d %\s*$/);
  await page.getByLabel("Frames, as JSON").fill("[[0, 1]");
  await press(page, "Classify");
  await page.getByRole("alert").waitFor();
  assertEquals(await page.getByLabel("Frames, as JSON").getAttribute("aria-invalid"), "true");
  await expectAccessible(page);

  await page.getByLabel("Model").selectOption("waves");
  await page.getByLabel("Values of the series, or records as JSON").fill("1, 2, 3, 2, 1, 2, 3, 2, 1, 2, null, 2");
  await press(page, "Forecast");
  await page.getByRole("alert").waitFor();
  const start = page.getByLabel("Time of the first value");
  assertEquals(await start.getAttribute("aria-invalid"), "true");
  await expectAccessible(page);
  await start.fill("2024-01-01");
  await press(page, "Forecast");
  await status(page, /^Forecast\.$/);
  const { start: first, forecast, quantiles } = JSON.parse(await textOf(page));
  assertEquals([first, forecast.length, Object.keys(quantiles)], ["2024-01-13", 3, ["0.1", "0.5", "0.9"]]);
  await page.getByLabel("Values of the series, or records as JSON").fill("null, null");
  await press(page, "Forecast");
  assertMatch(await page.getByRole("alert").innerText(), /^\S.*found/);
  await expectAccessible(page);
  await expectUsable(page);
}, { page: { expected: /status of 400/ } });

pageTest("a sound is transcribed, with the times of its words", async (page) => {
  await page.getByLabel("Model").selectOption("tones");
  assertEquals(await page.locator("#prompt").isVisible(), false);
  await press(page, "Transcribe");
  assertEquals(await page.getByRole("alert").innerText(), "Choose a file.");
  const file = (bytes: Uint8Array) => ({ name: "tones.wav", mimeType: "audio/wav", buffer: Buffer.from(bytes) });
  await page.getByLabel("Sound, a WAV file").setInputFiles(file(new Uint8Array(20)));
  await press(page, "Transcribe");
  await page.getByRole("alert").filter({ hasText: "expected a WAV file" }).waitFor();
  await expectAccessible(page);
  await page.getByLabel("Sound, a WAV file").setInputFiles(file(writeWav(speak("hmlh").sound)));
  await press(page, "Transcribe");
  await status(page, /^Transcribed 0\.6 s\.$/);
  const parts = [
    /^hmlh\s+Download: Text *SRT *VTT\s+Subtitles[^:]*:\s+/,
    /00:00:00\.\d{3} hmlh\s+Words[^:]*:\s+hmlh, 0\.\d\d to 0\.\d\d s\s+\d+\.\d %\s*$/,
  ];
  for (const part of parts) assertMatch(await textOf(page), part);
  await expectAccessible(page);
  await expectUsable(page);
  await page.getByLabel("Model").selectOption("verse");
  assertEquals([await page.locator("#prompt").isVisible(), await page.locator("#file").isVisible()], [true, false]);
}, { page: { expected: /status of 400/ } });

pageTest(
  "a transcript comes in parts, and its subtitles are those of the server",
  async (page, served) => {
    const wav = writeWav(speak("hmlhlm".repeat(12)).sound);
    const ask = async (format: string): Promise<string> => {
      const headers = { "content-type": "audio/wav" };
      const query = `response_format=${format}&model=tones`;
      return await (await fetch(`${served.url}v1/audio/transcriptions?${query}`, {
        method: "POST",
        headers,
        body: wav,
      }))
        .text();
    };
    const requested: string[] = [];
    page.on("request", (request) => void requested.push(new URL(request.url()).search));
    await page.getByLabel("Model").selectOption("tones");
    const buffer = Buffer.from(wav);
    await page.getByLabel("Sound, a WAV file").setInputFiles({ name: "tones.wav", mimeType: "audio/wav", buffer });
    await inPage(
      page,
      `window.parts = 0;
    const observer = new MutationObserver((records) => {
      window.parts += records.filter(({ target }) => target.className === "transcript").length;
    });
    observer.observe(document.getElementById("answer"), { childList: true, subtree: true });`,
    );
    await page.getByRole("button", { name: "Transcribe" }).focus();
    await page.keyboard.press("Enter");
    await status(page, /^Transcribed \d+\.\d s\.$/);
    assertEquals(requested.filter((query) => query !== ""), [
      "?stream=true&model=tones",
      "?response_format=verbose_json&model=tones",
    ]);
    // The text of the stream is replaced twice: by its end, and by that of the answer with the times.
    assertLess(4, await inPage<number>(page, "window.parts"));
    assertEquals(`${await page.locator(".transcript").innerText()}\n`, await ask("text"));
    for (const [name, format] of [["Text", "text"], ["SRT", "srt"], ["VTT", "vtt"]]) {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name }).press("Enter"),
      ]);
      assertEquals(download.suggestedFilename(), `transcript.${format === "text" ? "txt" : format}`);
      assertEquals(await Deno.readTextFile((await download.path())!), await ask(format));
    }
    const player = page.locator("audio");
    await page.waitForFunction("document.querySelector('audio').readyState >= 1");
    const subtitle = page.locator(".subtitles button").last();
    await subtitle.press("Enter");
    await page.locator(".subtitles [aria-current=true]").waitFor();
    assert(await player.evaluate((audio) => (audio as unknown as { currentTime: number }).currentTime) >= 0);
  },
);

pageTest("texts are classified and sentences translated, each with fields of its own", async (page) => {
  await page.getByLabel("Model").selectOption("weather");
  assertEquals(await page.getByLabel("Temperature").isVisible(), false);
  await page.getByLabel("Text").fill("cold and gray");
  await press(page, "Classify");
  await status(page, /^bad\.$/);
  assertMatch(await textOf(page), /^\s*bad\s+\d+\.\d %\s+good\s+(?:< )?\d+\.\d %\s*$/);
  await expectAccessible(page);

  await page.getByLabel("Model").selectOption("capitals");
  await page.getByLabel("Sentence").fill("cab");
  await page.getByLabel("Beam size").fill("2");
  await press(page, "Translate");
  await status(page, /^Translated\.$/);
  assertMatch(await textOf(page), /^CAB\s+Others that were found:\s+[ABC]+\s*$/);
  await expectAccessible(page);
  await expectUsable(page);
});

pageTest("the page is usable by keyboard alone, in both widths and both schemes", async (page) => {
  await expectAccessible(page);
  await expectUsable(page);
  await page.keyboard.press("Tab");
  for (let stops = 0; await page.locator("#prompt:focus").count() === 0; stops++) {
    assertLess(stops, 20);
    await page.keyboard.press("Tab");
  }
  await page.keyboard.type(PROMPT);
  await page.keyboard.press("Tab");
  for (let i = 0; i < 4; i++) await page.keyboard.press("ArrowLeft");
  assertEquals(await page.locator("output[for=temperature]").textContent(), "0.6");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Control+Enter");
  await status(page, /^200 tokens/);
  await expectAccessible(page);
  await expectUsable(page);
  await page.getByLabel("Token", { exact: true }).focus();
  await page.keyboard.press("Home");
  assertEquals(await page.locator("output[for=at]").textContent(), "1 of 200");
  assertEquals(await page.locator("#answer .chosen").count(), 1);
}, { page: { scheme: "dark", width: 375 } });

pageTest("an error stands at the field that it is about", async (page) => {
  await page.getByLabel("Prompt").fill("Ω");
  await page.getByLabel("Maximum tokens").fill("10");
  await press(page, "Generate");
  const alert = page.getByRole("alert");
  await alert.waitFor();
  assertMatch(await alert.innerText(), /Ω/);
  assertEquals(await page.locator("[aria-invalid=true]:focus").getAttribute("name"), "prompt");
  await expectAccessible(page);
  await page.getByLabel("Prompt").fill(PROMPT);
  await page.getByLabel("Maximum tokens").fill("101");
  await press(page, "Generate");
  await alert.filter({ hasText: "max_tokens" }).waitFor();
  assertEquals(await page.locator("[aria-invalid=true]:focus").getAttribute("name"), "max_tokens");
  await page.getByLabel("Maximum tokens").fill("10");
  await press(page, "Generate");
  await status(page, /^10 tokens/);
  assertEquals([await alert.count(), await page.locator("[aria-invalid]").count()], [0, 0]);
}, { page: { expected: /status of 400/ }, serve: { maxNewTokens: 100 } });

pageTest("a server with a key asks for it", async (page) => {
  const key = page.getByLabel("API key");
  await key.waitFor();
  await expectAccessible(page);
  await expectUsable(page);
  await key.fill("wrong");
  await key.press("Tab");
  await page.getByRole("alert").filter({ hasText: "API key" }).waitFor();
  await key.fill("secret");
  await key.press("Tab");
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.getByLabel("Prompt").fill(PROMPT);
  await press(page, "Generate");
  await status(page, /^200 tokens/);
}, { page: { expected: /status of 401/ }, serve: { apiKey: "secret" } });

browserTest("a server that has gone is named as the cause", async (openPage) => {
  const served = await serve(models);
  const page = await openPage({ url: served.url, expected: /ERR_CONNECTION_REFUSED/ });
  await page.getByRole("option", { name: "verse" }).waitFor({ state: "attached" });
  await served[Symbol.asyncDispose]();
  await press(page, "Generate");
  assertEquals(await page.getByRole("alert").innerText(), "The server does not answer.");
});
