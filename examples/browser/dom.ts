/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Returns the element with an id. */
export function byId<E extends HTMLElement = HTMLElement>(id: string): E {
  return document.getElementById(id) as E;
}

/** Returns the text of a field. */
export function valueOf(id: string): string {
  return byId<HTMLInputElement>(id).value;
}

/** Returns the number in a field. */
export function numberOf(id: string): number {
  return byId<HTMLInputElement>(id).valueAsNumber;
}

/** Whether a token is text, unlike a special token and a part of a character, which have only a spelling. */
export function isText(token: string): boolean {
  return !/<0x[0-9A-F]{2}>|^<\|.*\|>$|^<\/?(?:s|unk|pad|mask|bos|eos)>$|^\[(?:UNK|PAD|MASK|BOS|EOS|CLS|SEP)\]$/i.test(
    token,
  );
}

/** Makes white space visible. */
export function visible(text: string): string {
  return text.replaceAll("\n", "⏎").replaceAll("\t", "⇥").replaceAll(" ", "␣");
}

/** Shows a probability. */
export function percent(probability: number): string {
  return `${(100 * probability).toFixed(1)} %`;
}

/** A form whose button runs some work. */
interface WorkForm {
  readonly form: HTMLElement;
  readonly button: HTMLButtonElement;
  /** Shows a failure. */
  readonly status: HTMLElement;
  readonly work: (signal: AbortSignal) => Promise<void>;
}

/**
 * Lets a form start some work and its button stop it. Stopping asks nothing of the fields, and Enter in one of them
 * stops nothing.
 */
export function runByButton({ form, button, status, work }: WorkForm): void {
  const label = button.textContent;
  let running: AbortController | undefined;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (running) return;
    const { signal } = running = new AbortController();
    button.type = "button";
    button.textContent = "Stop";
    await reporting(status, () => work(signal));
    running = undefined;
    button.type = "submit";
    button.textContent = label;
  });
  button.addEventListener("click", (event) => {
    if (!running) return;
    running.abort();
    // The work may have ended by the time the click would submit the form.
    event.preventDefault();
  });
}

/** Runs an action and shows its failure, if it has one, in a status line. */
export async function reporting(status: HTMLElement, action: () => Promise<void>): Promise<void> {
  status.classList.remove("failure");
  try {
    await action();
  } catch (error) {
    status.classList.add("failure");
    status.textContent = (error as Error).message;
  }
}
