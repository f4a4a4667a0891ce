import { assertRejects, assertStringIncludes } from "@std/assert";
import { browserTest, expectAccessible, expectUsable, withPages } from "./support.ts";

const page = (body: string, head = ""): string =>
  `<!doctype html><html lang="en"><title>A page</title>${head}<main><h1>A page</h1>${body}</main></html>`;

browserTest("a good page passes", async (openPage) => {
  const opened = await openPage({ html: page('<button>go</button> <label>Name <input name="name"></label>') });
  await expectAccessible(opened);
  await expectUsable(opened);
});

browserTest("an error in the console and a request to elsewhere fail the test", async () => {
  const body = '<script>console.error("so")</script><script>throw new TypeError("no")</script>' +
    '<img alt="" src="http://elsewhere.invalid/a.png">';
  const { message } = await assertRejects(
    () => withPages(async (open) => void await open({ html: page(body) })),
    Error,
  );
  for (const fault of ["error: so", "thrown: no", "request: http://elsewhere.invalid/a.png"]) {
    assertStringIncludes(message, fault);
  }
  await withPages(async (openPage) => {
    await openPage({ html: page('<script>console.error("so")</script>'), expected: /so/ });
  });
});

browserTest("pale text, nameless fields, wide boxes and lost focus are found", async (openPage) => {
  const opened = async (body: string, style = "") => await openPage({ html: page(body, `<style>${style}</style>`) });
  const dark = "@media (prefers-color-scheme: dark) { p { color: #222; background: #000 } }";
  await assertRejects(async () => expectAccessible(await opened("<p>pale</p>", dark)), Error, "axe-core, dark");
  await assertRejects(async () => expectAccessible(await opened("<input>")), Error, "label");
  const wide = '<div style="width: 400px">wide</div>';
  await assertRejects(async () => expectUsable(await opened(wide)), Error, "wider than 375 pixels");
  const bare = "button:focus { outline: none }";
  await assertRejects(async () => expectUsable(await opened("<button>go</button>", bare)), Error, "cannot be seen");
  const skipped = '<button style="order: 1">a</button><button tabindex="1">b</button>';
  await assertRejects(async () => expectUsable(await opened(skipped)), Error, "order of the Tab key");
});
