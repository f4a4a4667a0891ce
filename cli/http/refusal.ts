/** Refuses a request, in the form of OpenAI's errors, which clients understand. */
export function refuse(status: 400 | 403, message: string): Response {
  return Response.json({ error: { message, type: "invalid_request_error", param: null, code: null } }, { status });
}
