/** The reasons of the statuses. */
const REASONS = {
  400: "Bad Request",
  403: "Forbidden",
  405: "Method Not Allowed",
  408: "Request Timeout",
  503: "Service Unavailable",
} as const;

/** The parts of an answer that refuses a request. */
export interface Refusal {
  /** The status. */
  readonly status: number;
  /** The status in words. */
  readonly statusText: string;
  /** The body, in the form of OpenAI's errors, which clients understand. */
  readonly body: string;
  /** The headers. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Describes why a request is refused. */
export function refusal(status: keyof typeof REASONS, message: string): Refusal {
  const type = status >= 500 ? "server_error" : "invalid_request_error";
  const body = JSON.stringify({ error: { message, type, param: null, code: null } });
  const headers = { "content-type": "application/json", ...status === 503 && { "retry-after": "1" } };
  return { status, statusText: REASONS[status], body, headers };
}

/** Refuses a request. */
export function refuse(status: 400 | 403 | 405, message: string): Response {
  const { body, headers } = refusal(status, message);
  return new Response(body, { status, headers });
}
