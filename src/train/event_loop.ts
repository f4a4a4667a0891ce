/**
 * Turns that a long work leaves the event loop. While it has something to do, Deno looks for input and requests only in
 * every 61st turn. So many turns take less time than a timer, which waits for at least a millisecond.
 */
const TURNS = 64;

/** Globals that not every runtime has. */
const { setImmediate } = globalThis as { readonly setImmediate?: (call: () => void) => void };

/** Waits for the next turn of the event loop, in which it takes some of what has arrived. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate ? setImmediate(resolve) : sendMessage(resolve));
}

/** Lets the event loop take all that has arrived: timers, signals, input and requests. */
export async function takeArrivals(): Promise<void> {
  const turns = setImmediate ? TURNS : 1;
  for (let i = 0; i < turns; i++) await nextTurn();
}

/** Calls back when a message has passed through the event loop. */
function sendMessage(call: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    port1.close();
    call();
  };
  port2.postMessage(null);
}
