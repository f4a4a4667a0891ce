/**
 * Compares encoding speed with other tokenizers for JavaScript, and BPE training with Hugging Face's native trainer.
 * Needs the files of GPT-2, tiny Shakespeare and Multi30k, which are not part of the project; without them it reports
 * so and measures nothing.
 */
import { gpt2JSON, PipelineTokenizer, presets } from "../tokenizers/mod.ts";
// deno-lint-ignore no-import-prefix
import { encode as encodeR50k } from "npm:gpt-tokenizer@4.0.0/encoding/r50k_base";
// deno-lint-ignore no-import-prefix
import { getEncoding } from "npm:js-tiktoken@1.0.21";
// deno-lint-ignore no-import-prefix
import { get_encoding } from "npm:tiktoken@1.0.22";
// deno-lint-ignore no-import-prefix
import { BPE, byteLevelPreTokenizer, Tokenizer } from "npm:tokenizers@0.23.2";

const DATA = decodeURIComponent(new URL("../../shared/data", import.meta.url).pathname);

const hasData = await Deno.stat(DATA).then(() => true, () => false);
if (hasData) await measure();
else console.log("tokenizers: skipped, because the data folder does not exist");

async function measure(): Promise<void> {
  const json = gpt2JSON({
    vocab: await Deno.readTextFile(`${DATA}/tokenizers/gpt2/vocab.json`),
    merges: await Deno.readTextFile(`${DATA}/tokenizers/gpt2/merges.txt`),
  });
  const shakespeare = await Deno.readTextFile(`${DATA}/tinyshakespeare/input.txt`);
  measureKnownText(json, shakespeare);
  measureNewText(json);
  measureUnbrokenText(json);
  await measureTraining();
}

/** Encodes the same text repeatedly, so tokenizers can benefit from their caches. */
function measureKnownText(json: unknown, text: string): void {
  const group = "GPT-2, tiny Shakespeare (1.1 MB)";
  const elman = PipelineTokenizer.fromJSON(json);
  const native = Tokenizer.fromString(JSON.stringify(json));
  const [tiktoken, jsTiktoken] = [get_encoding("gpt2"), getEncoding("gpt2")];
  const encoders: Record<string, () => unknown> = {
    Elman: () => elman.encode(text),
    "Elman, with tokens and offsets": () => elman.encoding(text),
    "gpt-tokenizer": () => encodeR50k(text),
    "tiktoken (WebAssembly)": () => tiktoken.encode(text),
    "js-tiktoken": () => jsTiktoken.encode(text),
    "tokenizers (native Rust), with tokens and offsets": () => native.encode(text),
  };
  for (const [name, encode] of Object.entries(encoders)) {
    Deno.bench({ name: `${group}, ${name}`, group, baseline: name === "Elman", n: 5, warmup: 2 }, async () => {
      await encode();
    });
  }
  // The cost of a program that encodes once, with an empty cache.
  Deno.bench({ name: `${group}, Elman, a new tokenizer`, group, n: 5, warmup: 2 }, (b) => {
    const tokenizer = PipelineTokenizer.fromJSON(json);
    b.start();
    tokenizer.encode(text);
    b.end();
  });
}

/** Encodes new random words each time, which no cache can contain. */
function measureNewText(json: unknown): void {
  const group = "GPT-2, 1 MB of new words";
  const elman = PipelineTokenizer.fromJSON(json);
  const native = Tokenizer.fromString(JSON.stringify(json));
  const tiktoken = get_encoding("gpt2");
  const encoders: Record<string, (text: string) => unknown> = {
    Elman: (text) => elman.encode(text),
    "gpt-tokenizer": (text) => encodeR50k(text),
    "tiktoken (WebAssembly)": (text) => tiktoken.encode(text),
    "tokenizers (native Rust, one thread)": (text) => native.encode(text),
  };
  for (const [name, encode] of Object.entries(encoders)) {
    let seed = 1;
    Deno.bench({ name: `${group}, ${name}`, group, baseline: name === "Elman", n: 5, warmup: 2 }, async (b) => {
      const text = newWords(1e6, seed++);
      b.start();
      await encode(text);
      b.end();
    });
  }
}

/** Returns text of random syllables. */
function newWords(characters: number, seed: number): string {
  const syllables =
    "the in er an re on at en nd ti es or te of ed is it al ar st to nt ng se ha as ou io le ve co me de hi ri ro ic ne"
      .split(" ");
  const parts: string[] = [];
  let state = seed;
  for (let length = 0; length < characters;) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    const part = state >>> 29 === 0 ? " " : syllables[(state >>> 8) % syllables.length];
    parts.push(part);
    length += part.length;
  }
  return parts.join("");
}

/** Without spaces to split at, time must still grow linearly with length. */
function measureUnbrokenText(json: unknown): void {
  const group = "GPT-2, letters without a space";
  const elman = PipelineTokenizer.fromJSON(json);
  const text = newWords(1.2e6, 7).replaceAll(" ", "");
  for (const length of [2.5e5, 5e5, 1e6]) {
    Deno.bench({ name: `${group}, ${length / 1e6} MB`, group, baseline: length === 2.5e5, n: 3, warmup: 1 }, () => {
      elman.encode(text.slice(0, length));
    });
  }
}

async function measureTraining(): Promise<void> {
  const group = "byte-level BPE, Multi30k English and German";
  const files = ["en", "de"].map((language) => `${DATA}/multi30k/train.${language}`);
  const texts = await Promise.all(files.map((file) => Deno.readTextFile(file)));
  const lines = texts.flatMap((text) => text.split(/(?<=\n)/));
  const train = (vocabSize: number): Promise<PipelineTokenizer> =>
    PipelineTokenizer.train(lines, presets.bpe({ vocabSize, minCount: 1 }));
  const options = { group, n: 3, warmup: 1 };
  Deno.bench(
    { ...options, name: `${group}, 8,000 entries, Elman`, baseline: true },
    async () => void await train(8000),
  );
  Deno.bench({ ...options, name: `${group}, 30,000 entries, Elman` }, async () => void await train(30000));
  // Its binding can only train with the default size.
  Deno.bench({ ...options, name: `${group}, 30,000 entries, tokenizers (native Rust, all threads)` }, () => {
    const tokenizer = new Tokenizer(BPE.empty());
    tokenizer.setPreTokenizer(byteLevelPreTokenizer(false));
    tokenizer.train(files);
  });
}
