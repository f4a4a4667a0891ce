import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { refusal } from "./refusal.ts";

/** The bounds of a port's connections. */
export interface ConnectionLimits {
  /** Maximum number of open connections. */
  readonly maxConnections: number;
  /** Seconds that a connection may be open without a request, and that a client may read nothing of its answer. */
  readonly idleTimeout: number;
}

/** The bounds unless others are given. */
export const CONNECTION_LIMITS: ConnectionLimits = { maxConnections: 1024, idleTimeout: 60 };

/** Milliseconds without a request after which a connection gives its place to a new one. */
const SPARED = 250;
/** Milliseconds for a client that is refused to read why. */
const FAREWELL = 500;

/** A connection. */
interface Connection {
  /** Requests that have not been answered. */
  requests: number;
  /** When the last one was answered, or the connection was opened. */
  since: number;
  /** Bytes that had arrived by then. */
  read: number;
  /** Closes the connection if no request arrives. */
  timer?: ReturnType<typeof setTimeout>;
}

/**
 * Bounds the connections of a server. If there are too many, the one that has waited for longest without a request
 * makes way for a new one; if all are in use, the new one is answered with the status 503. Half a head of a request
 * counts as none.
 */
export class Connections {
  #limits: ConnectionLimits;
  #open = new Map<Socket, Connection>();
  #refused = new Set<Socket>();

  /** Takes note of the server's connections from now on. */
  constructor(server: Server, limits: ConnectionLimits) {
    this.#limits = limits;
    // Requests are given up by their handlers; the other bounds are here, for all runtimes.
    server.requestTimeout = 0;
    server.headersTimeout = 0;
    server.keepAliveTimeout = limits.idleTimeout * 1000;
    server.on("connection", (socket) => this.#enter(socket));
  }

  /** Takes note of a request. Returns false if its connection has been refused. */
  begin({ socket }: IncomingMessage, outgoing: ServerResponse): boolean {
    if (this.#refused.has(socket)) return false;
    const connection = this.#open.get(socket);
    if (connection === undefined) return true;
    connection.requests++;
    clearTimeout(connection.timer);
    outgoing.once("close", () => {
      connection.requests--;
      if (connection.requests === 0) this.#wait(socket, connection);
    });
    return true;
  }

  #enter(socket: Socket): void {
    if (this.#open.size >= this.#limits.maxConnections && !this.#makeRoom()) return this.#refuse(socket);
    const connection: Connection = { requests: 0, since: 0, read: 0 };
    this.#open.set(socket, connection);
    socket.once("close", () => {
      clearTimeout(connection.timer);
      this.#open.delete(socket);
    });
    this.#wait(socket, connection);
  }

  #wait(socket: Socket, connection: Connection): void {
    if (socket.destroyed) return;
    connection.since = performance.now();
    connection.read = socket.bytesRead;
    connection.timer = setTimeout(() => {
      if (socket.bytesRead === connection.read) return socket.destroy();
      const { idleTimeout } = this.#limits;
      farewell(socket, refusal(408, `expected the head of a request within ${idleTimeout} s, found a part of it`));
    }, this.#limits.idleTimeout * 1000);
  }

  /** Closes the connection that has waited for longest. Returns whether there is one. */
  #makeRoom(): boolean {
    let longest: [Socket, Connection] | undefined;
    for (const entry of this.#open) {
      const [, { requests, since }] = entry;
      if (requests === 0 && since < (longest?.[1].since ?? performance.now() - SPARED)) longest = entry;
    }
    if (longest === undefined) return false;
    const [socket, { timer }] = longest;
    clearTimeout(timer);
    this.#open.delete(socket);
    socket.destroy();
    return true;
  }

  #refuse(socket: Socket): void {
    const { maxConnections } = this.#limits;
    if (this.#refused.size >= maxConnections) return void socket.destroy();
    this.#refused.add(socket);
    socket.once("close", () => this.#refused.delete(socket));
    farewell(socket, refusal(503, `expected at most ${maxConnections} connections, found more; try again`));
  }
}

/** Sends an answer without a request, and closes the connection. */
function farewell(socket: Socket, { status, statusText, body, headers }: ReturnType<typeof refusal>): void {
  const all = { ...headers, connection: "close", "content-length": new TextEncoder().encode(body).length };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on("error", () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${statusText}\r\n${lines.join("")}\r\n${body}`);
  // What the client still sends is read: closing a connection with unread bytes would discard the answer.
  const timer = setTimeout(() => socket.destroy(), FAREWELL);
  socket.once("close", () => clearTimeout(timer));
}
