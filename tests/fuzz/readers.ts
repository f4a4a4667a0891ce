// The readers of files, each with valid inputs and with what is done with a file that was read.

import {
  bertJSON,
  gpt2JSON,
  sentencePieceJSON,
  tiktokenJSON,
  type Tokenizer,
  tokenizerFromJSON,
} from "../../tokenizers/mod.ts";
import { Classifier, LanguageModel, Translator } from "../../mod.ts";
import { decodeSafetensors, decodeWordVectors } from "../../src/formats/mod.ts";
import { openDocuments, readLabelledTexts, readParallelTexts, readText } from "../../tasks/data/mod.ts";
import { readTokenizer } from "../../tasks/processors/mod.ts";
import type { AnyModelClass } from "../../tasks/task_model/mod.ts";
import { NETWORK_READERS } from "./imported_networks.ts";
import { mutateBytes, mutateJSON, pick, type Random } from "./mutations.ts";
import { PIPELINES } from "./pipelines.ts";
import { musicReaders } from "./music_files.ts";
import { PYTORCH_READERS } from "./pytorch_files.ts";
import { decode, documents, type Reader, texts, utf8 } from "./reader.ts";
import { speechReaders } from "./speech_files.ts";

const RUNS = decodeURIComponent(new URL("../goldens/runs/command_line/", import.meta.url).pathname);

/** Damages the header of a safetensors file, or its bytes. */
export function damageSafetensors(bytes: Uint8Array, random: Random): Uint8Array<ArrayBuffer> {
  if (random() < 0.4) return mutateBytes(bytes, random);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  const text = utf8(JSON.stringify(mutateJSON(header, random)) ?? "");
  const result = new Uint8Array(8 + text.length + bytes.length - 8 - length);
  new DataView(result.buffer).setBigUint64(0, BigInt(text.length), true);
  result.set(text, 8);
  result.set(bytes.subarray(8 + length), 8 + text.length);
  return result;
}

function use(tokenizer: Tokenizer): void {
  const text = "The cat's 2 naïve dogs\u0301 <unk> 日本 aaaaaaaaaaaaaaaa\n";
  const ids = tokenizer.encode(text);
  for (const id of ids) {
    if (!(id >= 0 && id < tokenizer.size)) {
      throw new Error(`the id ${id} is outside the vocabulary of ${tokenizer.size}`);
    }
  }
  tokenizer.decode(ids);
  JSON.stringify(tokenizer);
}

/** The lines of small texts in each of the table formats. */
const CSV = 'text,label\n"A fine, quiet film.",pos\nDull,neg\n"He said ""no""",neg\nFine,pos\n';
const TSV = 'text\tlabel\nA fine film\tpos\n"Dull\tfilm"\tneg\nFine\tpos\n';
const JSONL = '{"text": "A fine film", "label": "pos", "a": {"b": 1}}\n{"text": "Dull", "label": "neg"}\n';
const MULTI_LABEL = '{"text": "A fine film", "label": ["pos", "long"]}\n{"text": "Dull", "label": []}\n';
const FASTTEXT = "__label__pos A fine film\n__label__neg Dull\n__label__pos Fine\n";
const FASTA = ">one a\nACGT\nacgn\n;comment\n>two b\nGG\n";
const FASTQ = "@one a\nACGT\n+\nIIII\n@two b\nAC\nGT\n+two\n@@\n++\n";
const LABEL_LINES = "pos A fine film\nneg Dull\npos Fine\n";
const PAIRS = "Go on.\tWeiter.\nYes.\tJa.\nNo.\tNein.\n";

/** A task's model, the folder of a small run, and a use. */
interface Model {
  readonly folder: string;
  readonly Class: AnyModelClass;
  // deno-lint-ignore no-explicit-any
  readonly use: (model: any) => Promise<unknown>;
}

const MODELS: readonly Model[] = [
  {
    folder: "language-modeling",
    Class: LanguageModel,
    use: (model: LanguageModel) => model.complete("the", { maxTokens: 3 }),
  },
  { folder: "classification", Class: Classifier, use: (model: Classifier) => model.classify(["a fine film"]) },
  {
    folder: "translation",
    Class: Translator,
    use: (model: Translator) => model.translate(["a fine film"], { beam: 2 }),
  },
];

function directoryReaders(): Reader[] {
  return MODELS.flatMap(({ folder, Class, use }) =>
    [...Deno.readDirSync(RUNS + folder)].map(({ name }) => name).sort().map((file): Reader => ({
      name: `${folder}/${file}`,
      damage: (random) => {
        const bytes = Deno.readFileSync(`${RUNS}${folder}/${file}`);
        if (file.endsWith(".safetensors")) return damageSafetensors(bytes, random);
        return documents(JSON.parse(new TextDecoder().decode(bytes)))(random);
      },
      read: async (bytes, path) => {
        const directory = `${path}.d`;
        Deno.mkdirSync(directory, { recursive: true });
        for (const { name } of Deno.readDirSync(RUNS + folder)) {
          Deno.copyFileSync(`${RUNS}${folder}/${name}`, `${directory}/${name}`);
        }
        Deno.writeFileSync(`${directory}/${file}`, bytes);
        await use(await Class.load(directory));
        await Class.loadCheckpoint(directory);
      },
    }))
  );
}

function tokenizerReaders(): Reader[] {
  const { models } = JSON.parse(
    Deno.readTextFileSync(new URL("../goldens/sentencepiece/models.json", import.meta.url)),
  );
  const { tiktoken } = JSON.parse(Deno.readTextFileSync(new URL("../goldens/tokenizer_peers.json", import.meta.url)));
  const binary = models.map(({ model }: { model: string }) => Uint8Array.from(atob(model), (c) => c.charCodeAt(0)));
  const vocab = "[UNK]\n[CLS]\n[SEP]\nthe\ncat\n##s\n'\n2\n";
  const bpe = { vocab: { a: 0, b: 1, ab: 2, Ġ: 3, "Ġa": 4 }, merges: "#version: 0.2\na b\nĠ a\n" };
  return [
    {
      name: "tokenizer.json",
      damage: documents(...PIPELINES),
      ending: ".json",
      read: async (_, path) => use(await readTokenizer(path)),
    },
    {
      name: "SentencePiece model",
      damage: (random) => mutateBytes(pick(binary, random), random),
      read: (bytes) => use(tokenizerFromJSON(sentencePieceJSON(bytes))),
    },
    {
      name: "tiktoken",
      damage: texts(tiktoken.ranks),
      read: (bytes) => use(tokenizerFromJSON(tiktokenJSON({ ranks: decode(bytes), pattern: "cl100k" }))),
    },
    {
      name: "vocab.txt",
      damage: texts(vocab),
      read: (bytes) => use(tokenizerFromJSON(bertJSON({ vocab: decode(bytes) }))),
    },
    {
      name: "vocab.json",
      damage: documents(bpe.vocab),
      read: (bytes) => use(tokenizerFromJSON(gpt2JSON({ vocab: decode(bytes), merges: bpe.merges }))),
    },
    {
      name: "merges.txt",
      damage: texts(bpe.merges),
      read: (bytes) => use(tokenizerFromJSON(gpt2JSON({ vocab: JSON.stringify(bpe.vocab), merges: decode(bytes) }))),
    },
  ];
}

function tableReaders(): Reader[] {
  const labelled = [".csv", ".tsv", ".jsonl", ".json", ".txt", ".fa", ".fq", ""].map((ending): Reader => ({
    name: `labeled texts in *${ending}`,
    ending,
    damage: texts(CSV, TSV, JSONL, FASTTEXT, LABEL_LINES, FASTA, FASTQ, `[${JSONL.trim().replace("\n", ",")}]`),
    read: (_, path) => readLabelledTexts(path),
  }));
  const multiLabel = [".csv", ".jsonl", ".txt"].map((ending): Reader => ({
    name: `texts with several labels in *${ending}`,
    ending,
    damage: texts(CSV.replaceAll(",pos", ",pos|long"), MULTI_LABEL, FASTTEXT.replaceAll("s A", "s __label__long A")),
    read: (_, path) => readLabelledTexts(path, { multiLabel: true }),
  }));
  const parallel = [".tsv", ".csv", ".jsonl", ""].map((ending): Reader => ({
    name: `parallel texts in *${ending}`,
    ending,
    damage: texts(PAIRS, "source,target\na,b\nc,d\n", '{"translation": {"de": "Ja", "en": "Yes"}}\n'),
    read: (_, path) => readParallelTexts({ pairs: path }),
  }));
  return [...labelled, ...multiLabel, ...parallel];
}

async function textReaders(): Promise<Reader[]> {
  const gzip = new Uint8Array(
    await new Response(new Blob(["to be or not to be\n".repeat(9)]).stream().pipeThrough(new CompressionStream("gzip")))
      .arrayBuffer(),
  );
  const lines = texts("To be, or not to be.\nThat is the question.\r\n", "\ufeffÀ bientôt\n");
  const vectors = utf8("2 3\nthe 0.1 0.2 0.3\ncat -1 2 1e-3\n");
  const floats = new Uint8Array(Float32Array.of(1, 2, 3).buffer);
  const binary = Uint8Array.from([...utf8("2 3\nthe "), ...floats, ...utf8("\ncat "), ...floats]);
  const model = Deno.readFileSync(`${RUNS}language-modeling/model.safetensors`);
  return [
    { name: "text", damage: lines, read: async (_, path) => await readText(path) },
    {
      name: "gzip",
      damage: (random) => mutateBytes(gzip, random),
      read: async (_, path) => await readText(path),
    },
    {
      name: "documents",
      ending: ".jsonl",
      damage: texts(JSONL),
      read: async (_, path) => await readDocuments(path),
    },
    {
      name: "word vectors",
      damage: (random) => mutateBytes(pick([vectors, binary], random), random),
      read: (bytes) => decodeWordVectors(bytes),
    },
    {
      name: "safetensors",
      damage: (random) => damageSafetensors(model, random),
      read: (bytes) => decodeSafetensors(bytes),
    },
  ];
}

async function readDocuments(path: string): Promise<void> {
  const { documents } = await openDocuments(path);
  for (let i = 0; i < documents.lengths.length; i++) await documents.read(i);
}

/** Returns all readers. */
export async function allReaders(): Promise<Reader[]> {
  return [
    ...tokenizerReaders(),
    ...tableReaders(),
    ...await textReaders(),
    ...speechReaders(),
    ...musicReaders(),
    ...PYTORCH_READERS,
    ...NETWORK_READERS,
    ...directoryReaders(),
  ];
}
