/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** Height of the picture, and its margins on the left, below and on the other sides, in pixels. */
const [HEIGHT, LEFT, BELOW, MARGIN] = [240, 44, 24, 8];
/** Maximum number of points of a line; more are averaged. */
const MOST_POINTS = 300;

interface Point {
  readonly step: number;
  readonly loss: number;
}

/** The curves of the losses of a training run, drawn as they come. */
export class Curve {
  #picture: SVGSVGElement;
  #train: Point[] = [];
  #valid: Point[] = [];

  constructor(picture: SVGSVGElement) {
    this.#picture = picture;
    new ResizeObserver(() => this.#draw()).observe(picture);
  }

  /** Begins a new run. */
  clear(): void {
    [this.#train, this.#valid] = [[], []];
    this.#draw();
  }

  /** Adds the training loss of a step. */
  addStep(step: number, loss: number): void {
    this.#train.push({ step, loss });
    this.#draw();
  }

  /** Adds the loss on the text that was held back. */
  addValid(step: number, loss: number): void {
    this.#valid.push({ step, loss });
    this.#draw();
  }

  #draw(): void {
    const right = this.#picture.clientWidth - MARGIN;
    const points = [...this.#train, ...this.#valid];
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
      label(loss.toString(), { x: LEFT - 6, y: y(loss) + 4, "text-anchor": "end" }),
    ]);
    this.#picture.replaceChildren(
      ...marks,
      label(`step ${last}`, { x: right, y: HEIGHT - 4, "text-anchor": "end" }),
      line(thinned(this.#train), "train"),
      line(this.#valid, "valid"),
      ...this.#valid.map(({ step, loss }) => shape("circle", { class: "valid", cx: x(step), cy: y(loss), r: 3 })),
    );
    this.#picture.setAttribute("aria-label", this.#summary());
  }

  #summary(): string {
    const [first, last, valid] = [this.#train[0], this.#train.at(-1), this.#valid.at(-1)];
    if (!first || !last) return "Curve of the loss: no steps yet";
    const held = valid ? `; ${valid.loss.toFixed(2)} on the text held back` : "";
    return `Curve of the loss: from ${first.loss.toFixed(2)} to ${last.loss.toFixed(2)} at step ${last.step}${held}`;
  }
}

/** Four or fewer round losses from 0 on. */
function ticksOf(top: number): number[] {
  const step = top > 8 ? 4 : top > 4 ? 2 : top > 2 ? 1 : 0.5;
  return Array.from({ length: Math.floor(top / step) + 1 }, (_, i) => i * step);
}

/** Averages neighbors if there are too many points. */
function thinned(points: readonly Point[]): Point[] {
  const size = Math.ceil(points.length / MOST_POINTS);
  return Array.from({ length: Math.ceil(points.length / size) || 0 }, (_, i) => {
    const part = points.slice(i * size, (i + 1) * size);
    return { step: part.at(-1)!.step, loss: part.reduce((sum, { loss }) => sum + loss, 0) / part.length };
  });
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
