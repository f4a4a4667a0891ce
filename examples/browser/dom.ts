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
