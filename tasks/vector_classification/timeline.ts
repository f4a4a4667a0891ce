import { svgLength, svgPicture, svgText } from "../task_model/svg.ts";

/** Size of the plot in pixels, and of the margins around it. */
const [WIDTH, HEIGHT] = [720, 240];
const [LEFT, TOP, RIGHT, BOTTOM] = [50, 20, 180, 40];

/** Colors that are easy to tell apart. */
const COLOURS = [
  "#1f77b4",
  "#d62728",
  "#2ca02c",
  "#ff7f0e",
  "#9467bd",
  "#8c564b",
  "#e377c2",
  "#17becf",
  "#bcbd22",
  "#7f7f7f",
];

/** Maximum number of points of a timeline. */
const MOST_POINTS = 2000;

/** Keeps probabilities over time. If there are too many, every second one is dropped, so that memory is bounded. */
export class Timeline {
  #labels: readonly string[];
  #points: { readonly frame: number; readonly probabilities: readonly number[] }[] = [];
  #every = 1;
  #frames = 0;

  /** Starts an empty timeline for these labels. */
  constructor(labels: readonly string[]) {
    this.#labels = labels;
  }

  /** Adds the probabilities of the labels in the next frame. */
  add(probabilities: Readonly<Record<string, number>>): void {
    const frame = this.#frames++;
    if (frame % this.#every !== 0) return;
    this.#points.push({ frame, probabilities: this.#labels.map((label) => probabilities[label]) });
    if (this.#points.length < MOST_POINTS) return;
    this.#every *= 2;
    this.#points = this.#points.filter((point) => point.frame % this.#every === 0);
  }

  /** Draws the timeline as SVG; time is in seconds, or in frames if no frame rate is known. */
  draw(frameRate?: number | null): string {
    const last = Math.max(1, this.#frames - 1);
    const x = (frame: number): string => svgLength(LEFT + WIDTH * frame / last);
    const y = (p: number): string => svgLength(TOP + HEIGHT * (1 - p));
    // What was last kept holds to the end, so that a single frame is seen too.
    const kept = this.#points.concat(this.#points.slice(-1).map((point) => ({ ...point, frame: last })));
    const lines = this.#labels.map((_, i) => {
      const points = kept.map(({ frame, probabilities }) => `${x(frame)},${y(probabilities[i])}`).join(" ");
      return `<polyline points="${points}" fill="none" stroke="${COLOURS[i % COLOURS.length]}" stroke-width="2"` +
        `${i >= COLOURS.length ? ' stroke-dasharray="5 3"' : ""}/>`;
    });
    const legend = this.#labels.map((label, i) => {
      const at = TOP + 14 + 18 * i;
      const name = label.length > 20 ? `${label.slice(0, 19)}…` : label;
      return `<rect x="${LEFT + WIDTH + 16}" y="${at - 10}" width="12" height="12" fill="${
        COLOURS[i % COLOURS.length]
      }"/>` +
        `<text x="${LEFT + WIDTH + 34}" y="${at}">${svgText(name)}</text>`;
    });
    const levels = [0, 0.5, 1].map((p) =>
      `<line x1="${LEFT}" x2="${LEFT + WIDTH}" y1="${y(p)}" y2="${y(p)}" stroke="#ddd"/>` +
      `<text x="${LEFT - 8}" y="${Number(y(p)) + 5}" text-anchor="end">${p}</text>`
    );
    const times = [0, 1, 2, 3, 4].map((k) => k * last / 4).map((frame) =>
      `<text x="${x(frame)}" y="${TOP + HEIGHT + 18}" text-anchor="middle">${
        frameRate ? (frame / frameRate).toFixed(1) : Math.round(frame)
      }</text>`
    );
    const unit = frameRate ? "seconds" : "frames";
    const title = `<text x="${LEFT + WIDTH / 2}" y="${TOP + HEIGHT + 36}" text-anchor="middle">${unit}</text>`;
    const height = TOP + Math.max(HEIGHT + BOTTOM, 18 * this.#labels.length + 10);
    return svgPicture(LEFT + WIDTH + RIGHT, height, [...levels, ...times, title, ...lines, ...legend]);
  }
}
