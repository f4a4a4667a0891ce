// Opens pages in Chromium, as tests and screenshots need them. Chromium is the first of `ELMAN_CHROMIUM`, `chromium`,
// `chromium-browser` and `google-chrome` that is found; without any, tests of pages are ignored.

import { assertEquals } from "@std/assert";
// deno-lint-ignore no-import-prefix
import axe from "npm:axe-core@4.14.1";
// deno-lint-ignore no-import-prefix
import { type Browser, type BrowserContextOptions, chromium, type Page } from "npm:playwright-core@1.65.1";

export type { Page };

/** Milliseconds that an action on a page may take. */
const PATIENCE = 15_000;

/** A page and the window that shows it. */
export interface PageOptions {
  /** Address of the page. */
  readonly url?: string;
  /** The page itself, if it has no address; it is opened as a file. */
  readonly html?: string;
  /** Width of the window in pixels. Default: 1280. */
  readonly width?: number;
  /** Height of the window in pixels. Default: 800. */
  readonly height?: number;
  /** Whether the reader prefers a light or a dark page. Default: light. */
  readonly scheme?: "light" | "dark";
  /** The errors in the console that the test causes. Default: there must be none. */
  readonly expected?: RegExp;
}

/** Opens a page in a window of its own. */
export type OpenPage = (options: PageOptions) => Promise<Page>;

/** The script that looks at a page from inside. */
const PAGE_CHECKS = await Deno.readTextFile(new URL("page_checks.js", import.meta.url));

/** Path of the browser's program; undefined if there is none. */
const PROGRAM = await findChromium();

async function findChromium(): Promise<string | undefined> {
  const own = Deno.env.get("ELMAN_CHROMIUM");
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const names = ["chromium", "chromium-browser", "google-chrome"];
  for (const path of own ? [own] : names.flatMap((name) => folders.map((folder) => `${folder}/${name}`))) {
    if (await Deno.stat(path).then(({ isFile }) => isFile, () => false)) return path;
  }
  console.error(`Pages are not tested: expected ${own ?? names.join(", ")}, found none; set ELMAN_CHROMIUM.`);
}

/** The browser of a file's tests. */
let shared: Browser | undefined;

/** Whether the file's first test has asked for it. */
let isAsked = false;

/**
 * Declares a test that opens pages. It fails if a page logs an error, throws one, or requests anything from elsewhere.
 * The tests of a file use one browser, and share nothing in it.
 */
export function browserTest(name: string, body: (openPage: OpenPage) => Promise<void>): void {
  if (!isAsked && PROGRAM !== undefined) {
    Deno.test.beforeAll(async () => void (shared = await launch()));
    Deno.test.afterAll(() => shared?.close());
    isAsked = true;
  }
  Deno.test({ name, ignore: PROGRAM === undefined, fn: () => withPages(body) });
}

function launch(): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM });
}

/** Runs a function that opens pages, closes them, and fails if a page did what it must not. */
export async function withPages(body: (openPage: OpenPage) => Promise<void>): Promise<void> {
  const browser = shared ?? await launch();
  const directory = await Deno.makeTempDir();
  const faults: string[] = [];
  const pages: Page[] = [];
  try {
    await body(async (options) => {
      const page = await browser.newPage(windowOf(options));
      pages.push(page);
      await openPage(page, options, { directory, faults });
      return page;
    });
  } catch (error) {
    if (faults.length > 0) console.error(`The page's faults:\n${faults.join("\n")}`);
    throw error;
  } finally {
    for (const page of pages) await page.context().close();
    if (browser !== shared) await browser.close();
    await Deno.remove(directory, { recursive: true });
  }
  assertEquals(faults, [], "errors in the console and requests to elsewhere");
}

function windowOf({ width = 1280, height = 800, scheme = "light" }: PageOptions): BrowserContextOptions {
  return { viewport: { width, height }, colorScheme: scheme, reducedMotion: "reduce" };
}

async function openPage(
  page: Page,
  { url, html, expected }: PageOptions,
  { directory, faults }: { readonly directory: string; readonly faults: string[] },
): Promise<void> {
  page.setDefaultTimeout(PATIENCE);
  let address = url;
  if (html !== undefined) {
    address = new URL(`file://${directory}/${crypto.randomUUID()}.html`).href;
    await Deno.writeTextFile(new URL(address), html);
  }
  page.on("console", (message) => {
    const text = `${message.type()}: ${message.text()}`;
    if (/^(?:error|warning)$/.test(message.type()) && !expected?.test(text)) faults.push(text);
  });
  page.on("pageerror", (error) => faults.push(`thrown: ${error.message}`));
  page.on("request", (request) => {
    if (!isAtHome(request.url(), address!)) faults.push(`request: ${request.url()}`);
  });
  await page.goto(address!);
}

/** Whether a page may request an address: its own origin, itself if it is a file, or what it has made itself. */
function isAtHome(requested: string, page: string): boolean {
  if (/^(?:data|blob):/.test(requested)) return true;
  return page.startsWith("file:") ? requested === page : new URL(requested).origin === new URL(page).origin;
}

/**
 * Computes an expression in a page and returns its value. The protocol's own call is used, which a page's policy
 * against scripts does not forbid.
 */
export async function inPage<T = unknown>(page: Page, expression: string): Promise<T> {
  const session = await page.context().newCDPSession(page);
  const { result, exceptionDetails } = await session.send("Runtime.evaluate", {
    expression,
    awaitPromise: true,
    returnByValue: true,
  });
  await session.detach();
  if (exceptionDetails !== undefined) throw new TypeError(exceptionDetails.exception?.description);
  return result.value;
}

/** Expects that axe-core finds no serious or critical fault, contrast included, in the light and in the dark scheme. */
export async function expectAccessible(page: Page): Promise<void> {
  await inPage(page, `${axe.source}\n${PAGE_CHECKS}`);
  const isDark = await inPage<boolean>(page, 'matchMedia("(prefers-color-scheme: dark)").matches');
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    assertEquals(await inPage(page, "pageChecks.faults()"), [], `axe-core, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: isDark ? "dark" : "light" });
}

/**
 * Expects that nothing is wider than the window at 375 and 1,280 pixels, and that the Tab key reaches every control
 * that can be seen, in the order of the page, and shows where it is.
 */
export async function expectUsable(page: Page): Promise<void> {
  await inPage(page, PAGE_CHECKS);
  const size = page.viewportSize()!;
  for (const width of [375, 1280]) {
    await page.setViewportSize({ width, height: size.height });
    assertEquals(await inPage(page, "pageChecks.tooWide()"), [], `wider than ${width} pixels`);
    const controls = await inPage<string[]>(page, "pageChecks.controls()");
    const reached = (await stopsOf(page, 2 * controls.length + 10)).filter(({ name }) => controls.includes(name));
    assertEquals(reached.map(({ name }) => name), controls, `order of the Tab key at ${width} pixels`);
    assertEquals(reached.filter(({ isSeen }) => !isSeen), [], `focus that cannot be seen at ${width} pixels`);
  }
  await page.setViewportSize(size);
}

/** A control that the Tab key has reached, and whether it lies in the window and has an outline. */
interface Stop {
  readonly name: string;
  readonly isSeen: boolean;
}

/** Presses the Tab key until the focus leaves the page. */
async function stopsOf(page: Page, most: number): Promise<Stop[]> {
  const stops: Stop[] = [];
  for (let press = 0; press < most; press++) {
    await page.keyboard.press("Tab");
    const stop = await inPage<Stop | null>(page, "pageChecks.focused()");
    if (stop === null) break;
    stops.push(stop);
  }
  return stops;
}
