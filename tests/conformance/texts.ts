/** A set of texts for comparing tokenizers. */
export interface TextSet {
  /** The name in the report. */
  readonly name: string;
  /** The texts. */
  readonly texts: readonly string[];
}

const FILES: Readonly<Record<string, readonly string[]>> = {
  "tiny Shakespeare": ["tinyshakespeare/input.txt"],
  "Penn Treebank": ["ptb/ptb.train.txt", "ptb/ptb.valid.txt", "ptb/ptb.test.txt"],
  "Multi30k, English": ["multi30k/train.en", "multi30k/val.en", "multi30k/test_2016_flickr.en"],
  "Multi30k, German": ["multi30k/train.de", "multi30k/val.de", "multi30k/test_2016_flickr.de"],
  "botchan.txt": ["tokenizers/sentencepiece/botchan.txt"],
};

/** Reads the lines of the corpora in a folder, and the committed hard cases. */
export async function readTexts(data: string): Promise<TextSet[]> {
  const sets: TextSet[] = [];
  for (const [name, files] of Object.entries(FILES)) {
    const texts = await Promise.all(files.map((file) => Deno.readTextFile(`${data}/${file}`)));
    sets.push({ name, texts: texts.flatMap(linesOf) });
  }
  return [...sets, await readHardCases()];
}

/** Reads texts on which tokenizers tend to differ: one JSON string per line, since some are not valid UTF-8. */
export async function readHardCases(): Promise<TextSet> {
  const lines = linesOf(await Deno.readTextFile(new URL("hard_cases.jsonl", import.meta.url)));
  return { name: "hard cases", texts: lines.map((line) => JSON.parse(line)) };
}

/** Returns the lines of a text without line ends. */
export function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
