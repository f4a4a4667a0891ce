import { InputRangeError, isInputError, ResourceError } from "../../errors.ts";

/** The parts of an error answer besides its message. */
export interface ApiErrorDetails {
  /** The HTTP status. */
  readonly status: number;
  /** The code that programs compare, as OpenAI's. Default: null. */
  readonly code?: string;
  /** The field of the request that is wrong. Default: null. */
  readonly param?: string;
  /** Further headers of the answer. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** An error that becomes an answer in OpenAI's form. */
export class ApiError extends InputRangeError {
  /** The parts of the answer besides the message. */
  readonly details: ApiErrorDetails;

  /** Creates an error. */
  constructor(message: string, details: ApiErrorDetails) {
    super(message);
    this.details = details;
  }

  /** The `error` object of the answer. */
  toJSON(): object {
    const { status, code = null, param = null } = this.details;
    return { message: this.message, type: typeOf(status), param, code };
  }

  /** The answer. */
  toResponse(): Response {
    const { status, headers } = this.details;
    return Response.json({ error: this.toJSON() }, { status, headers });
  }
}

/** The error for a request that comes at a bad time and may be tried again in a second. */
export function busy(message: string, status: 429 | 503 = 429, code = "rate_limit_exceeded"): ApiError {
  return new ApiError(message, { status, code, headers: { "retry-after": "1" } });
}

function typeOf(status: number): string {
  if (status === 429) return "rate_limit_error";
  return status >= 500 ? "server_error" : "invalid_request_error";
}

/** Returns the answer to an error that a request can mend; any other error stays as it is. */
export function asApiError(error: unknown, details: { readonly param?: string } = {}): unknown {
  const isFaultOfRequest = isInputError(error) && !(error instanceof ApiError || error instanceof ResourceError);
  return isFaultOfRequest ? new ApiError(error.message, { status: 400, ...details }) : error;
}

/** Returns an error as an answer has it: a fault of the program or of its surroundings shows nothing of itself. */
export function faultOf(error: unknown): ApiError {
  const known = asApiError(error);
  return known instanceof ApiError
    ? known
    : new ApiError("serve: an internal fault; the log has more", { status: 500 });
}
