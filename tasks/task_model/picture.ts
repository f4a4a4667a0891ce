import { count } from "../../src/schema/mod.ts";

/** How a picture is introduced. */
export interface PictureHead {
  /** The title, which is unique among the pictures of a model. */
  readonly title: string;
  /** One or two sentences that explain it, with its source. */
  readonly note?: string;
}

/** Rows of texts and numbers. */
export interface TablePicture extends PictureHead {
  /** The kind of picture. */
  readonly kind: "table";
  /** The heads of the columns. */
  readonly heads: readonly string[];
  /** The rows; the first cell heads its row. null is no value. */
  readonly rows: readonly (readonly (string | number | null)[])[];
}

/** Shaded cells, such as a confusion matrix or attention weights. */
export interface MatrixPicture extends PictureHead {
  /** The kind of picture. */
  readonly kind: "matrix";
  /** The labels of the axes. */
  readonly axes: readonly [rows: string, columns: string];
  /** The names of the rows. */
  readonly rows: readonly string[];
  /** The names of the columns. */
  readonly columns: readonly string[];
  /** The shade of each cell from 0 to 1, by row. */
  readonly shades: readonly (readonly number[])[];
  /** The text in each cell, by row. Default: none. */
  readonly texts?: readonly (readonly string[])[];
  /** Whether the cells beside the diagonal have another color, as those of errors. Default: false. */
  readonly hasErrors?: boolean;
}

/** A layer of a chart. */
export interface ChartLayer {
  /** How it is drawn: a line, dots, dots on a line, a band between two values, or a thin line for comparison. */
  readonly kind: "line" | "dots" | "dotted line" | "band" | "guide";
  /** Its name in the legend. Default: it has no entry. */
  readonly name?: string;
  /** Index of its color. */
  readonly color: number;
  /** Its points as x and y, a band's as x and the two values; null is a gap. */
  readonly points: readonly (readonly (number | null)[])[];
  /** The area of each dot as a share of the largest. Default: all dots are small. */
  readonly sizes?: readonly number[];
}

/** Lines, dots and bands over an axis. */
export interface ChartPicture extends PictureHead {
  /** The kind of picture. */
  readonly kind: "chart";
  /** The labels of the axes. */
  readonly axes: readonly [x: string, y: string];
  /** Whether x is a time, in milliseconds since 1970. Default: false. */
  readonly isTime?: boolean;
  /** The layers, the hindmost first. */
  readonly layers: readonly ChartLayer[];
}

/** A text whose tokens are shaded by a value. */
export interface PassagePicture extends PictureHead {
  /** The kind of picture. */
  readonly kind: "passage";
  /** The tokens: the text, its value, and a remark that shows when the pointer is on it. */
  readonly tokens: readonly (readonly [text: string, value: number, detail: string])[];
  /** The value from which on the shade is full. */
  readonly most: number;
  /** The unit of the values. */
  readonly unit: string;
}

/** A picture of a trained model on some of its validation data, which the command line draws in its report. */
export type Picture = TablePicture | MatrixPicture | ChartPicture | PassagePicture;

/** Picks at most `most` items at equal distances. */
export function pickEvenly<T>(items: readonly T[], most: number): readonly T[] {
  if (items.length <= most) return items;
  return Array.from({ length: most }, (_, i) => items[Math.floor(i * items.length / most)]);
}

/** Says which examples a picture shows: "12 validation texts", or "300 of 4,000 validation texts". */
export function describeShown(shown: number, all: number, noun: string): string {
  return shown === all ? count(all, noun) : `${shown.toLocaleString("en")} of ${count(all, noun)}`;
}
