import type { Handler } from "./listener.ts";
import { refuse } from "./refusal.ts";

/** Whether an address is one of this computer that others cannot reach. */
export function isLoopback(host: string): boolean {
  return /^(?:127(?:\.\d+){3}|::1|localhost)$/.test(host);
}

/** Writes an address as the host of a URL. */
export function hostInURL(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

/** Refuses requests for other names than this computer's, which a page of another site may have made up for it. */
export function onlyLocal(handler: Handler): Handler {
  return async (request) => {
    const { hostname } = new URL(request.url);
    if (isLoopback(hostname.replaceAll(/[[\]]/g, ""))) return await handler(request);
    return refuse(403, `expected a request for this computer, found one for ${hostname}`);
  };
}
