// Models are loaded from a URL, from files in memory and from file: URLs with the checks that a directory gets.

import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { pathToFileURL } from "node:url";
import { CharTokenizer, Classifier, isInputError, LanguageModel, type Tokenizer } from "../../mod.ts";
import { type LoadProgress, readTask } from "../../tasks/mod.ts";
import { inTempDir } from "../support/command.ts";

const BASE = "https://models.example/a/hamlet";
const model = LanguageModel.create({ tokenizer: CharTokenizer.train("to be or not"), embed: 4, hidden: 8 });
const FILES: ReadonlyMap<string, File> = new Map(model.toFiles().map((file) => [file.name, file]));

/** The files that loading reads: all but the card. */
const LOADED = [...FILES.keys()].filter((name) => name !== "README.md");

/** The answer of a server to a request for a file. */
type Answer = (name: string, url: URL) => Response | undefined | Promise<Response | undefined>;

/** Serves the files below the base, except those for which `answer` gives something else. */
function server(answer: Answer = () => undefined): { fetch: typeof fetch; requests: string[] } {
  const requests: string[] = [];
  const fetch = async (given: string | URL | Request, init?: RequestInit): Promise<Response> => {
    init?.signal?.throwIfAborted();
    const url = new URL(`${given}`);
    requests.push(url.href);
    const name = url.pathname.split("/").at(-1)!;
    const file = FILES.get(name);
    return await answer(name, url) ?? new Response(file, { status: file ? 200 : 404 });
  };
  return { fetch, requests };
}

/** Loads from a server and returns the message of the error. */
async function refusal(answer: Answer): Promise<string> {
  const error = await assertRejects(() => LanguageModel.load(BASE, { fetch: server(answer).fetch }), Error);
  assert(isInputError(error), String(error.stack));
  assert(!error.message.includes("\n") && error.message.length < 300, error.message);
  return error.message;
}

async function bytesOf(name: string): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await FILES.get(name)!.arrayBuffer());
}

async function sameText(loaded: LanguageModel): Promise<void> {
  const options = { maxTokens: 30, seed: 3 };
  assertEquals((await loaded.complete("to", options)).text, (await model.complete("to", options)).text);
}

Deno.test("a URL is read like the directory, each file once, with its query but not its fragment", async () => {
  for (const url of [BASE, `${BASE}/`, new URL(`${BASE}?token=1#a`)]) {
    const { fetch, requests } = server();
    await sameText(await LanguageModel.load(url, { fetch }));
    const query = new URL(url).search;
    assertEquals(requests.sort(), [...LOADED].sort().map((name) => `${BASE}/${name}${query}`));
  }
});

Deno.test("progress counts the bytes of each file, of the total that the server gives", async () => {
  const seen = new Map<string, LoadProgress>();
  const bytes = await bytesOf("model.safetensors");
  const chunks = [bytes.slice(0, 5), bytes.slice(5, 300), bytes.slice(300)];
  const { fetch } = server((name) => {
    if (name === "config.json") return new Response(FILES.get(name), { headers: { "content-encoding": "br" } });
    if (name !== "model.safetensors") return undefined;
    return new Response(ReadableStream.from(chunks), { headers: { "content-length": `${bytes.length}` } });
  });
  const counts: number[] = [];
  await LanguageModel.load(BASE, {
    fetch,
    onProgress: (progress) => {
      seen.set(progress.file, progress);
      if (progress.file === "model.safetensors") counts.push(progress.loaded);
    },
  });
  assertEquals(counts, [5, 300, bytes.length]);
  assertEquals(seen.get("model.safetensors")?.total, bytes.length);
  assertEquals(seen.get("config.json"), {
    file: "config.json",
    loaded: FILES.get("config.json")!.size,
    total: undefined,
  });
});

Deno.test("a file that a server lacks, or replaces by a page, is named with what was found", async () => {
  const page = new Response("<html>", { headers: { "content-type": "text/html; charset=utf-8" } });
  const cases: [name: string, Response, found: string][] = [
    ["model.safetensors", new Response("no", { status: 404 }), "a file, found HTTP status 404"],
    ["tokenizer.json", new Response("no", { status: 403 }), "a file, found HTTP status 403"],
    ["config.json", new Response("no", { status: 500 }), "a file, found HTTP status 500"],
    ["tokenizer.json", page, "a file, found a web page"],
  ];
  for (const [file, response, found] of cases) {
    const message = await refusal((name) => name === file ? response.clone() : undefined);
    assertEquals(message, `read ${BASE}/${file}: expected ${found}`);
  }
  const none = await refusal(() => Promise.reject(new TypeError("Failed to fetch")));
  assert(/^read https:\S+: expected an answer, found none: Failed to fetch$/.test(none), none);
});

Deno.test("messages leave out the user, the password and the query of a URL", async () => {
  const { fetch } = server((name) => name === "tokenizer.json" ? new Response("", { status: 404 }) : undefined);
  const url = "https://me:secret@models.example/a/hamlet?token=secret";
  const { message } = await assertRejects(() => LanguageModel.load(url, { fetch }), RangeError);
  assertEquals(message, `read ${BASE}/tokenizer.json: expected a file, found HTTP status 404`);
});

Deno.test("cut, extended and changed files of a server are refused", async () => {
  for (const file of LOADED) {
    const bytes = await bytesOf(file);
    for (const other of [bytes.slice(0, -1), bytes.slice(0, 3), Uint8Array.of(...bytes, 10), new Uint8Array()]) {
      const message = await refusal((name) => name === file ? new Response(other) : undefined);
      assert(message.startsWith(`read ${BASE}/`), message);
    }
  }
  const short = (await bytesOf("model.safetensors")).slice(0, -4);
  const found = await refusal((name) => name === "model.safetensors" ? new Response(short) : undefined);
  assertEquals(
    found,
    `read ${BASE}/model.safetensors: expected ${short.length + 4} bytes, found ${short.length}`,
  );
});

Deno.test("a body that breaks off is an error with the number of bytes", async () => {
  const message = await refusal((name) => {
    if (name !== "model.safetensors") return undefined;
    let pulls = 0;
    const pull = (controller: ReadableStreamDefaultController): void => {
      if (pulls++ === 0) controller.enqueue(new Uint8Array(4));
      else controller.error(new TypeError("network error"));
    };
    return new Response(new ReadableStream({ pull }), { headers: { "content-length": "900" } });
  });
  const found = "expected 900 bytes, found an end after 4: network error";
  assertEquals(message, `read ${BASE}/model.safetensors: ${found}`);
});

Deno.test("a server without SHA256SUMS is read without checksums, also if it sends a page in its place", async () => {
  for (const status of [404, 200]) {
    const { fetch } = server((name) => {
      return name === "SHA256SUMS"
        ? new Response("<p>", { status, headers: { "content-type": "text/html" } })
        : undefined;
    });
    await sameText(await LanguageModel.load(BASE, { fetch }));
  }
});

Deno.test("a file that is refused stops the downloads of the others", async () => {
  const weights = await bytesOf("model.safetensors");
  let isCancelled = false;
  const answers: Record<string, () => Response> = {
    "SHA256SUMS": () => new Response(null, { status: 404 }),
    "tokenizer.json": () => new Response("{}"),
    "model.safetensors": () => {
      const cancel = (): void => void (isCancelled = true);
      return new Response(new ReadableStream({ pull: (endless) => endless.enqueue(weights), cancel }));
    },
  };
  assert((await refusal((name) => answers[name]?.())).includes("/tokenizer.json: "));
  assert(isCancelled);
});

Deno.test("files in memory are read like a directory, and their task is known", async () => {
  const files = [...FILES.values()];
  assertEquals(await readTask(files), "language-modeling");
  await sameText(await LanguageModel.load(files));
  await sameText(await LanguageModel.load([...files, new File(["x"], "notes.txt")]));
  const others = files.filter(({ name }) => name !== "tokenizer.json");
  await assertRejects(
    () => LanguageModel.load(others),
    RangeError,
    "read files: expected tokenizer.json, found config.json, model.safetensors, README.md, SHA256SUMS",
  );
  await assertRejects(() => LanguageModel.load([...files, files[0]]), RangeError, `found "config.json" twice`);
  await assertRejects(() => LanguageModel.load([]), RangeError, "found no files");
  const changed = new File(["{}"], "config.json");
  const damaged = [changed, ...files.filter(({ name }) => name !== "config.json")];
  await assertRejects(
    () => LanguageModel.load(damaged),
    RangeError,
    "read config.json: expected the file that SHA256SUMS",
  );
  await assertRejects(() => Classifier.load(files), RangeError, "expected a model of the task classification");
});

Deno.test("the files of a model are those that save writes", async () => {
  await inTempDir(async (directory) => {
    await model.save(directory);
    const names = await Array.fromAsync(Deno.readDir(directory), ({ name }) => name);
    assertEquals(names.sort(), [...FILES.keys()].sort());
    for (const name of names) assertEquals(await Deno.readFile(`${directory}/${name}`), await bytesOf(name), name);
  });
});

Deno.test("a file: URL names a directory, whose name may have spaces", async () => {
  await inTempDir(async (directory) => {
    await model.save(`${directory}/my model`);
    const url = pathToFileURL(`${directory}/my model`);
    await sameText(await LanguageModel.load(url));
    await sameText(await LanguageModel.load(url.href));
  });
});

Deno.test("sources that are neither a path, a URL of a known kind nor files are refused", async () => {
  const refuses = async (source: unknown, kind: typeof Error, found: string): Promise<void> => {
    await assertRejects(() => LanguageModel.load(source as string), kind, found);
  };
  const expected = "load a language model: expected the path of a directory, a URL or files, found";
  await refuses("", TypeError, expected);
  await refuses(undefined, TypeError, expected);
  await refuses(["config.json"], TypeError, expected);
  await refuses("https://", TypeError, expected);
  await refuses(new URL("data:text/plain,a"), RangeError, "expected a URL of http, https or file, found");
  const wrong = { fetch: "yes" as never };
  await assertRejects(() => LanguageModel.load(BASE, wrong), TypeError, "expected fetch to be a function");
  const tokenizer: Tokenizer = (await LanguageModel.load(FILES.values())).tokenizer;
  assertStrictEquals(tokenizer.size, model.tokenizer.size);
});
