import { InputRangeError } from "../../../errors.ts";
import { importPackage, type NpmPackage } from "../../data/npm_package.ts";
import type { LayerTensor } from "./layer.ts";

/** The npm package that reads HDF5. */
export const HDF5_PACKAGE: NpmPackage = { name: "jsfive", version: "0.4.2" };

/** The parts of the package that are used. */
interface Group {
  readonly keys: readonly string[];
  readonly attrs: Readonly<Record<string, unknown>>;
  get(name: string): Group | Dataset;
}

interface Dataset {
  readonly shape: readonly number[];
  readonly dtype: unknown;
  readonly value: ArrayLike<number>;
  readonly _dataobjects: { readonly filter_pipeline: unknown };
}

interface Reader {
  readonly File: new (bytes: ArrayBuffer, name: string) => Group;
}

/** The most groups within groups of a file that Keras writes is below 10. */
const DEEPEST = 32;

/**
 * Bytes of which the package may take only so many slices: one for every name and node of a tree that it reads, so that
 * links in a circle end.
 */
class CountedBytes extends ArrayBuffer {
  #left: number;

  static override get [Symbol.species](): ArrayBufferConstructor {
    return ArrayBuffer;
  }

  constructor(bytes: Uint8Array) {
    super(bytes.length);
    new Uint8Array(this).set(bytes);
    this.#left = 10_000 + bytes.length;
  }

  override slice(start?: number, end?: number): ArrayBuffer {
    const taken = super.slice(start ?? 0, end);
    // A part of the file that is read many times over costs as much as it is long.
    this.#left -= 1 + taken.byteLength / 64;
    if (this.#left < 0) throw new InputRangeError("links in a circle");
    return taken;
  }
}

/** An HDF5 file that is open for reading. Every method throws `RangeError` that names the file if it is damaged. */
export class Hdf5File {
  #root: Group;
  #bytes: number;
  #action: string;
  #groups = new Map<string, Group>();

  private constructor(root: Group, bytes: number, action: string) {
    this.#root = root;
    this.#bytes = bytes;
    this.#action = action;
  }

  /** Opens a file. Throws `RangeError`, with `action` in front, if the package cannot be had or the file is damaged. */
  static async open(bytes: Uint8Array, action: string): Promise<Hdf5File> {
    const { File } = await importPackage<Reader>(HDF5_PACKAGE, action);
    const root = guard(action, () => new File(new CountedBytes(bytes), ""));
    return new Hdf5File(root, bytes.length, action);
  }

  /** The names in a group; none if there is no such group. */
  keys(path: readonly string[]): readonly string[] {
    return this.#guarded(() => this.#group(path)?.keys ?? []);
  }

  /** The attributes of a group that are texts or lists of texts; undefined if there is no such group. */
  texts(path: readonly string[]): ReadonlyMap<string, string | readonly string[]> | undefined {
    return this.#guarded(() => {
      const group = this.#group(path);
      if (!group) return undefined;
      const texts = Object.entries(group.attrs).map(([name, value]) => [name, textsOf(value)] as const);
      return new Map(texts.filter((entry) => entry[1] !== undefined) as [string, string | string[]][]);
    });
  }

  /** Reads a tensor of floats; undefined if there is none. */
  tensor(path: readonly string[], name: string): LayerTensor | undefined {
    return this.#guarded(() => {
      const group = this.#group(path.slice(0, -1));
      const last = path.at(-1)!;
      if (!group?.keys.includes(last)) return undefined;
      const dataset = group.get(last);
      if (!isDataset(dataset)) throw new InputRangeError(`a group named ${last}`);
      const { shape, dtype } = dataset;
      const width = typeof dtype === "string" ? Number(/^[<>]f([248])$/.exec(dtype)?.[1]) : NaN;
      if (!(width > 0)) throw new Unsupported(`expected floats in ${path.join("/")}, found ${typeName(dtype)}`);
      if (dataset._dataobjects.filter_pipeline) {
        throw new Unsupported(
          `expected tensors that are not compressed, found ${path.join("/")} compressed; in Python, ` +
            "keras.models.load_model and save write it again",
        );
      }
      const size = shape.reduce((product, extent) => product * extent, 1);
      // Checked before anything is allocated.
      if (!(size * width <= this.#bytes)) throw new InputRangeError(`${path.join("/")} of shape [${shape.join(", ")}]`);
      const data = Float32Array.from(dataset.value);
      if (data.length !== size) throw new InputRangeError(`${data.length} values of ${path.join("/")} for ${size}`);
      return { name, shape: [...shape], data };
    });
  }

  #group(path: readonly string[]): Group | undefined {
    if (path.length > DEEPEST) throw new InputRangeError(`more than ${DEEPEST} groups within groups`);
    if (path.length === 0) return this.#root;
    const key = JSON.stringify(path);
    const known = this.#groups.get(key);
    if (known) return known;
    const parent = this.#group(path.slice(0, -1));
    const name = path.at(-1)!;
    if (!parent?.keys.includes(name)) return undefined;
    const group = parent.get(name);
    if (isDataset(group) || !group) return undefined;
    this.#groups.set(key, group);
    return group;
  }

  #guarded<T>(read: () => T): T {
    return guard(this.#action, read);
  }
}

/** Says why a file that is whole cannot be read. */
class Unsupported extends InputRangeError {}

/** Names a type of elements in a message. */
function typeName(dtype: unknown): string {
  return typeof dtype === "string" ? `the type ${dtype.slice(0, 20)}` : "another type";
}

function isDataset(item: Group | Dataset): item is Dataset {
  return Array.isArray(item);
}

/** The text or the texts of an attribute, without the zeros that pad them. */
function textsOf(value: unknown): string | string[] | undefined {
  if (typeof value === "string") return value.replace(/\0+$/, "");
  if (!Array.isArray(value)) return undefined;
  const texts = Array.from(value, (item) => typeof item === "string" ? item.replace(/\0+$/, "") : undefined);
  return texts.every((text) => text !== undefined) ? texts as string[] : undefined;
}

/** Turns whatever the package throws, texts among them, into one line that names the file. */
function guard<T>(action: string, read: () => T): T {
  const { warn } = console;
  // The package warns of attributes that it cannot read, which nothing here needs.
  console.warn = () => {};
  try {
    return read();
  } catch (error) {
    if (error instanceof Unsupported) throw new InputRangeError(`${action}: ${error.message}`);
    const reason = ((error as Partial<Error>)?.message ?? String(error)).replaceAll(/\s+/g, " ").slice(0, 200);
    // The package's own assertions fail with errors of the language.
    const found = /is not|undefined|null|bounds|Invalid|length/.test(reason) ? "" : `: ${reason}`;
    throw new InputRangeError(`${action}: expected an HDF5 file, found a damaged one${found}`);
  } finally {
    console.warn = warn;
  }
}
