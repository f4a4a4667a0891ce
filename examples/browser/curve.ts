/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { type Point, Points } from "./points.ts";

/** Height of the picture, and its margins on the left, below and on the other sides, in pixels. */
const [HEIGHT, LEFT, BELOW, MARGIN] = [240, 44, 24, 8];
/** Maximum numbers of points of a line, and of points that are marked. */
const [MOST_POINTS, MOST_MARKED] = [600, 40];
/** Maximum number of steps on the axis of the losses. */
const MOST_STEPS = 4;

/** The curves of the losses of a training run, drawn as they come. */
export class Curve {
  #picture: SVGSVGElement;
  #train = new Points(MOST_POINTS);
  #valid = new Points(MOST_POINTS);
  /** The first and the last losses, for those who cannot see the picture. */
  #first: number | undefined;
  #last: Point | undefined;
  #held: number | undefined;
  #isDue = false;

  constructor(picture: SVGSVGElement) {
    this.#picture = picture;
    new ResizeObserver(() => this.#drawSoon()).observe(picture);
  }

  /** Begins a new run. */
  clear(): void {
    [this.#train, this.#valid] = [new Points(MOST_POINTS), new Points(MOST_POINTS)];
    [this.#first, this.#last, this.#held] = [undefined, undefined, undefined];
    this.#drawSoon();
  }

  /** Adds the training loss of a step. */
  addStep(step: number, loss: number): void {
    this.#first ??= loss;
    this.#last = { step, loss };
    this.#train.add(this.#last);
    this.#drawSoon();
  }

  /** Adds the loss on the text that was held back. */
  addValid(step: number, loss: number): void {
    this.#held = loss;
    this.#valid.add({ step, loss });
    this.#drawSoon();
  }

  /** Draws in the next frame: a run may report faster than a page can show. */
  #drawSoon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    requestAnimationFrame(() => {
      this.#isDue = false;
      this.#draw();
    });
  }

  #draw(): void {
    const right = this.#picture.clientWidth - MARGIN;
    const [train, valid] = [this.#train.all, this.#valid.all];
    const points = [...train, ...valid];
    const last = Math.max(1, ...points.map(({ step }) => step));
    const top = Math.max(1, ...points.map(({ loss }) => loss));
    const x = (step: number): number => LEFT + (step / last) * (right - LEFT);
    const y = (loss: number): number => MARGIN + (1 - loss / top) * (HEIGHT - BELOW - MARGIN);
    const line = (points: readonly Point[], kind: string): SVGElement => {
      const at = points.map(({ step, loss }) => `${x(step).toFixed(1)},${y(loss).toFixed(1)}`);
      return shape("polyline", { class: kind, points: at.join(" ") });
    };
    const marks = ticksOf(top).flatMap((loss) => [
      shape("line", { class: "grid", x1: LEFT, x2: right, y1: y(loss), y2: y(loss) }),
      label(loss.toLocaleString("en", { notation: "compact" }), { x: LEFT - 6, y: y(loss) + 4, "text-anchor": "end" }),
    ]);
    this.#picture.replaceChildren(
      ...marks,
      label(`step ${last}`, { x: right, y: HEIGHT - 4, "text-anchor": "end" }),
      line(train, "train"),
      line(valid, "valid"),
      ...valid.length > MOST_MARKED
        ? []
        : valid.map(({ step, loss }) => shape("circle", { class: "valid", cx: x(step), cy: y(loss), r: 3 })),
    );
    this.#picture.setAttribute("aria-label", this.#summary());
  }

  #summary(): string {
    const [first, last] = [this.#first, this.#last];
    if (first === undefined || !last) return "Curve of the loss: no steps yet";
    const held = this.#held === undefined ? "" : `; ${this.#held.toFixed(2)} on the text held back`;
    return `Curve of the loss: from ${first.toFixed(2)} to ${last.loss.toFixed(2)} at step ${last.step}${held}`;
  }
}

/** Returns round losses from 0 to at most `top`, at steps of 1, 2 or 5 times a power of ten. */
export function ticksOf(top: number): number[] {
  const power = 10 ** Math.floor(Math.log10(top / MOST_STEPS));
  const step = power * [1, 2, 5, 10].find((factor) => top / (factor * power) <= MOST_STEPS)!;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
}

function shape(name: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, `${value}`);
  return element;
}

function label(text: string, attributes: Readonly<Record<string, string | number>>): SVGElement {
  const element = shape("text", attributes);
  element.textContent = text;
  return element;
}
