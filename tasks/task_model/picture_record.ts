import { InputSyntaxError } from "../../errors.ts";
import { readDirectory, writeDirectory } from "../../src/formats/mod.ts";
import { COMMITTED, PICTURES } from "../../src/formats/directory_names.ts";
import { fileSystem } from "../../src/formats/file_system.ts";
import { parseJSON } from "../../src/schema/mod.ts";
import type { VerifyOption } from "./model_options.ts";
import type { ChartLayer, ChartPicture, MatrixPicture, PassagePicture, Picture, TablePicture } from "./picture.ts";

/** The pictures of a model, and when they were made. */
export interface PictureRecord {
  /** Number of steps after which they were made. */
  readonly step: number;
  /** The pictures. */
  readonly pictures: readonly Picture[];
}

/** Version of the file. */
const VERSION = 1;

/** Significant digits of numbers that are not whole. */
const DIGITS = 6;

/** Writes pictures into a model's directory, with their checksum. */
export async function writePictures(directory: string, { step, pictures }: PictureRecord): Promise<void> {
  const round = (_: string, value: unknown): unknown =>
    typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(DIGITS)) : value;
  await writeDirectory(directory, { [PICTURES]: JSON.stringify({ version: VERSION, step, pictures }, round) + "\n" });
}

/**
 * Reads the pictures in a model's directory; undefined if there are none. Those of a kind that this version does not
 * know are left out. Throws an error that names the file if it is damaged.
 */
export async function readPictures(
  directory: string,
  { verify }: VerifyOption = {},
): Promise<PictureRecord | undefined> {
  if (!await isRecorded(directory)) return undefined;
  const files = await readDirectory(directory, [PICTURES], { verify });
  const bytes = files.get(PICTURES);
  const action = `read ${directory}/${PICTURES}`;
  const { step, pictures } = (parseJSON(new TextDecoder().decode(bytes), `${action}: expected JSON`) ?? {}) as
    & Partial<PictureRecord>
    & object;
  if (!Number.isInteger(step) || !Array.isArray(pictures)) throw malformed(action, "steps and pictures");
  const known = pictures.filter((picture) => Object.hasOwn(CHECKS, picture?.kind)) as Picture[];
  const wrong = known.find((picture) => !isHeaded(picture) || !CHECKS[picture.kind](picture as never));
  if (wrong !== undefined) throw malformed(action, `a ${wrong.kind}`);
  return { step: step as number, pictures: known };
}

/** Whether there is a file of pictures, which may be deleted although `SHA256SUMS` lists it. */
async function isRecorded(directory: string): Promise<boolean> {
  const { lstat } = fileSystem(`look into ${directory}`);
  const places = [PICTURES, `${COMMITTED}/${PICTURES}`].map((name) => `${directory}/${name}`);
  return (await Promise.all(places.map((place) => lstat(place).then(() => true, () => false)))).includes(true);
}

function malformed(action: string, expected: string): SyntaxError {
  return new InputSyntaxError(`${action}: expected ${expected} as training writes it, found another; delete the file`);
}

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isOptional = (value: unknown, type: string): boolean => value === undefined || typeof value === type;

/** Whether a value is a list whose items pass a check, of a given length if there is one. */
function isList(value: unknown, isItem: (item: unknown) => boolean, length?: number): boolean {
  return Array.isArray(value) && (length === undefined || value.length === length) && value.every(isItem);
}

function isHeaded({ title, note }: Picture): boolean {
  return isText(title) && isOptional(note, "string");
}

/** How to check a picture of each kind. */
const CHECKS: { readonly [P in Picture as P["kind"]]: (picture: P) => boolean } = {
  table({ heads, rows }: TablePicture): boolean {
    const isCell = (cell: unknown): boolean => cell === null || isText(cell) || isNumber(cell);
    return isList(heads, isText) && isList(rows, (row) => isList(row, isCell, heads.length));
  },
  matrix({ axes, rows, columns, shades, texts, hasErrors }: MatrixPicture): boolean {
    const isFilled = (cells: unknown, isCell: (cell: unknown) => boolean): boolean =>
      isList(cells, (row) => isList(row, isCell, columns.length), rows.length);
    return isList(axes, isText, 2) && isList(rows, isText) && isList(columns, isText) && isFilled(shades, isNumber) &&
      (texts === undefined || isFilled(texts, isText)) && isOptional(hasErrors, "boolean");
  },
  chart({ axes, isTime, layers }: ChartPicture): boolean {
    return isList(axes, isText, 2) && isOptional(isTime, "boolean") && isList(layers, isLayer);
  },
  passage({ tokens, most, unit }: PassagePicture): boolean {
    const isToken = (token: unknown): boolean => {
      const [text, value, detail] = Array.isArray(token) ? token : [];
      return isText(text) && isNumber(value) && isText(detail);
    };
    return isList(tokens, isToken) && isNumber(most) && isText(unit);
  },
};

const LAYERS: readonly ChartLayer["kind"][] = ["line", "dots", "dotted line", "band", "guide"];

function isLayer(layer: unknown): boolean {
  const { kind, name, color, points, sizes } = (layer ?? {}) as ChartLayer;
  const size = kind === "band" ? 3 : 2;
  const isValue = (value: unknown): boolean => value === null || isNumber(value);
  return LAYERS.includes(kind) && isOptional(name, "string") && Number.isInteger(color) && color >= 0 &&
    isList(points, (point) => isList(point, isValue, size)) &&
    (sizes === undefined || isList(sizes, isNumber, points.length));
}
