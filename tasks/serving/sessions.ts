import type { GenerationState } from "../language_modeling/mod.ts";
import { ApiError } from "./api_error.ts";
import type { ServeLimits } from "./limits.ts";

/** The end of a session's text, and when it was used. */
interface Session {
  readonly state: GenerationState | undefined;
  readonly time: number;
}

/** Keeps the states of texts that go on in later requests: a bounded number, the least recently used are dropped. */
export class Sessions {
  #limits: Pick<ServeLimits, "maxSessions" | "sessionTimeout">;
  /** In the order of their last use. */
  #kept = new Map<string, Session>();
  #open = new Set<string>();
  #now: () => number;

  /** `now` returns the time in milliseconds. */
  constructor(
    limits: Pick<ServeLimits, "maxSessions" | "sessionTimeout">,
    now: () => number = () => performance.now(),
  ) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Number of sessions. */
  get size(): number {
    this.#dropUnused();
    return this.#kept.size;
  }

  /**
   * Returns the state of a session, which is then in use; undefined for a new one. Throws `ApiError` if it is in use,
   * or if the server keeps no sessions.
   */
  open(id: string): GenerationState | undefined {
    if (this.#limits.maxSessions === 0) {
      throw new ApiError("serve: expected no session, since this server keeps none, found one", {
        status: 400,
        param: "session",
      });
    }
    this.#dropUnused();
    if (this.#open.has(id)) {
      throw new ApiError("serve: expected one request of a session at a time, found two", {
        status: 409,
        code: "session_in_use",
        param: "session",
      });
    }
    this.#open.add(id);
    return this.#kept.get(id)?.state;
  }

  /** Ends the use of a session. Without a new state, it stays as it was. */
  close(id: string, state?: GenerationState): void {
    this.#open.delete(id);
    if (state === undefined) return;
    this.#kept.delete(id);
    this.#kept.set(id, { state, time: this.#now() });
    while (this.#kept.size > this.#limits.maxSessions) this.#kept.delete(this.#kept.keys().next().value!);
  }

  #dropUnused(): void {
    const oldest = this.#now() - this.#limits.sessionTimeout * 1000;
    for (const [id, { time }] of this.#kept) {
      if (time >= oldest) return;
      this.#kept.delete(id);
    }
  }
}
