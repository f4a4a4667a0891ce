/** The texts on which language models are compared, each as files of training, validation and test text. */
import { InputRangeError } from "../../errors.ts";

/** The names of the data sets. */
export const DATA_SETS = ["ptb", "shakespeare"] as const;

/** The name of a data set. */
export type DataSetName = typeof DATA_SETS[number];

/** A data set as files. */
export interface DataSet {
  /** Its name. */
  readonly name: DataSetName;
  /** Its title in the report. */
  readonly title: string;
  /** The unit of the tokens. */
  readonly unit: "word" | "char";
  /** Path of the training text. */
  readonly train: string;
  /** Path of the validation text. */
  readonly valid: string;
  /** Path of the test text. */
  readonly test: string;
  /** Formats a loss in nats per token as the figure that is usual for the data. */
  readonly figure: (loss: number) => number;
  /** The name of that figure, in lower case. */
  readonly figureName: string;
}

/**
 * Finds a data set below a folder. Tiny Shakespeare is divided into files below `work`: the first nine tenths train,
 * and the two halves of the last tenth validate and test.
 *
 * Throws `RangeError` if a file is missing.
 */
export async function findDataSet(name: DataSetName, folder: string, work: string): Promise<DataSet> {
  return name === "ptb" ? await findTreebank(folder) : await divideShakespeare(folder, work);
}

async function findTreebank(folder: string): Promise<DataSet> {
  const [train, valid, test] = ["train", "valid", "test"].map((part) => `${folder}/ptb/ptb.${part}.txt`);
  for (const file of [train, valid, test]) await expectFile(file);
  const measures = { figure: Math.exp, figureName: "perplexity" } as const;
  return { name: "ptb", title: "Penn Treebank, words", unit: "word", train, valid, test, ...measures };
}

async function divideShakespeare(folder: string, work: string): Promise<DataSet> {
  const file = `${folder}/tinyshakespeare/input.txt`;
  await expectFile(file);
  const text = await Deno.readTextFile(file);
  const [first, second] = [Math.floor(text.length * 0.9), Math.floor(text.length * 0.95)];
  const write = async (part: string, start: number, end: number): Promise<string> => {
    const path = `${work}/shakespeare.${part}.txt`;
    await Deno.writeTextFile(path, text.slice(start, end));
    return path;
  };
  return {
    name: "shakespeare",
    title: "tiny Shakespeare, characters",
    unit: "char",
    train: await write("train", 0, first),
    valid: await write("valid", first, second),
    test: await write("test", second, text.length),
    figure: (loss) => loss,
    figureName: "nats per character",
  };
}

async function expectFile(path: string): Promise<void> {
  const found = await Deno.stat(path).catch(() => undefined);
  if (!found?.isFile) throw new InputRangeError(`bench ${path}: expected a file, found none`);
}

/** Reads the tokens of a file: characters, or words with a line feed at the end of each line. */
export async function readTokens(path: string, unit: DataSet["unit"]): Promise<string[]> {
  const text = await Deno.readTextFile(path);
  return unit === "char" ? Array.from(text) : text.replaceAll("\n", " \n ").split(/ +/).filter((word) => word !== "");
}
