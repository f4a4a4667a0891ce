import { isInputError } from "../../errors.ts";
import { integer, number, type Schema, string } from "../../src/schema/mod.ts";
import { ApiError, asApiError } from "../../tasks/serving/api_error.ts";
import { readBody, readFields } from "../../tasks/serving/request_body.ts";
import { type Handler, onlyLocal } from "../http/mod.ts";
import type { LivePage } from "./live_page.ts";
import type { Question } from "./live_run.ts";

/** Bounds of the body of a request. */
const BODY = { maxBody: 2 ** 16, bodyTimeout: 60 };

/** The fields of a question. */
const QUESTION: Schema<Question> = {
  prompt: string({ default: "", help: "Text to continue or to answer." }),
  temperature: number({ min: 0, max: 10, default: 0.8, help: "Sampling temperature." }),
  length: integer({ min: 1, max: 2000, default: 200, help: "Number of characters to write." }),
};

/** Headers of every answer: no page may show it in a frame, and nothing is kept. */
const HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
};

/** Answers a kind of request. */
type Answer = (page: LivePage, request: Request) => Promise<Response>;

/** The answers by method and path. */
const ANSWERS: Readonly<Record<string, Answer>> = {
  "GET /": async (page) => new Response(await page.html(), { headers: { "content-type": "text/html; charset=utf-8" } }),
  "GET /events": async (page) =>
    new Response(await page.connect(), { headers: { "content-type": "text/event-stream" } }),
  "POST /sample": askModel,
  "POST /save": async (page, request) => {
    await read(request, {});
    return Response.json({ step: await page.save() });
  },
  "POST /stop": async (page, request) => {
    await read(request, {});
    page.stop();
    return Response.json({});
  },
};

/**
 * Makes what answers the requests of a live page; it never throws. Requests that other sites' pages may have sent are
 * refused: those for other names than this computer's, and those from another origin.
 */
export function liveHandler(page: LivePage): Handler {
  return onlyLocal(async (request) => {
    page.noteRequest();
    const response = await answer(page, request).catch((error) => refusal(error).toResponse());
    for (const [name, value] of Object.entries(HEADERS)) response.headers.set(name, value);
    return response;
  });
}

async function answer(page: LivePage, request: Request): Promise<Response> {
  if (isForeign(request)) {
    throw new ApiError("watch: expected a request of the page, found a foreign one", { status: 403 });
  }
  const name = `${request.method} ${new URL(request.url).pathname}`;
  if (Object.hasOwn(ANSWERS, name)) return await ANSWERS[name](page, request);
  throw new ApiError("watch: expected a request of the page, found another", { status: 404 });
}

/** Whether a page of another origin sent a request. Other sites may link to the page itself. */
function isForeign({ url, headers }: Request): boolean {
  const { origin, pathname } = new URL(url);
  const [found, site] = [headers.get("origin") ?? origin, headers.get("sec-fetch-site") ?? "none"];
  return found !== origin || (pathname !== "/" && site !== "same-origin" && site !== "none");
}

async function read<T extends object>(request: Request, fields: Schema<T>): Promise<T> {
  return readFields("watch", fields, await readBody(request, BODY, request.signal));
}

async function askModel(page: LivePage, request: Request): Promise<Response> {
  const question = await read(request, QUESTION);
  try {
    return Response.json({ text: await page.ask(question, request.signal) });
  } catch (error) {
    if (!isInputError(error) || error instanceof ApiError) throw error;
    // That the model cannot read a text is no fault of the page, as which browsers would report another status.
    return Response.json({ error: error.message });
  }
}

/** Returns an error as an answer has it: a fault of the program shows nothing of itself. */
function refusal(error: unknown): ApiError {
  const known = asApiError(error);
  return known instanceof ApiError ? known : new ApiError("watch: an internal fault", { status: 500 });
}
