import { assert, assertEquals, assertRejects } from "@std/assert";
import { CharTokenizer, LanguageModel } from "../../../mod.ts";
import { readPipeline, readTokenizer } from "../../../tasks/processors/mod.ts";
import { inTempDir } from "../../support/command.ts";

const tokenizer = CharTokenizer.train("abc");
const other = CharTokenizer.train("abcdef");

/** Saves a model into a new directory, which may be damaged. */
async function inModel(use: (directory: string) => Promise<void>): Promise<void> {
  await inTempDir(async (parent) => {
    await LanguageModel.create({ tokenizer, hidden: 2 }).save(`${parent}/model`);
    await use(`${parent}/model`);
  });
}

const json = (tokenizer: CharTokenizer): string => JSON.stringify(tokenizer.toJSON());

Deno.test("the tokenizer of a model directory is compared with its checksum unless told otherwise", async () => {
  await inModel(async (directory) => {
    assertEquals((await readTokenizer(directory)).size, tokenizer.size);
    await Deno.writeTextFile(`${directory}/tokenizer.json`, json(other));
    const found = `read ${directory}/tokenizer.json: expected the file that SHA256SUMS records`;
    await assertRejects(() => readTokenizer(directory), RangeError, found);
    await assertRejects(() => readPipeline(directory), RangeError, found);
    assertEquals((await readTokenizer(directory, { verify: false })).size, other.size);
    assertEquals((await readTokenizer(`${directory}/tokenizer.json`)).size, other.size);
    await Deno.remove(`${directory}/SHA256SUMS`);
    assertEquals((await readTokenizer(directory)).size, other.size);
  });
});

Deno.test("the tokenizer of a save that was killed after its commit is that of the save", async () => {
  await inModel(async (directory) => {
    const committed = `${directory}/elman.commit`;
    await LanguageModel.create({ tokenizer: other, hidden: 2 }).save(committed);
    assertEquals((await readTokenizer(directory)).size, other.size);
    for (const name of ["config.json", "tokenizer.json", "SHA256SUMS"]) await Deno.remove(`${directory}/${name}`);
    assertEquals((await readTokenizer(directory)).size, other.size);
  });
});

Deno.test("links and pipes in place of a model directory's tokenizer are refused", async () => {
  for (const lacksChecksums of [false, true]) {
    await inModel(async (directory) => {
      const file = `${directory}/tokenizer.json`;
      if (lacksChecksums) await Deno.remove(`${directory}/SHA256SUMS`);
      await Deno.rename(file, `${directory}/../tokenizer.json`);
      await Deno.symlink("../tokenizer.json", file);
      await assertRejects(
        () => readTokenizer(directory),
        RangeError,
        "tokenizer.json: expected a plain file, found a s",
      );
      await Deno.remove(file);
      assert((await new Deno.Command("mkfifo", { args: [file] }).output()).success);
      await assertRejects(
        () => readTokenizer(directory),
        RangeError,
        "tokenizer.json: expected a plain file, found a p",
      );
    });
  }
});

Deno.test("a directory that Elman did not save may have links, as a download from Hugging Face has", async () => {
  await inTempDir(async (directory) => {
    await Deno.mkdir(`${directory}/snapshot`);
    await Deno.writeTextFile(`${directory}/blob1`, json(other));
    await Deno.writeTextFile(`${directory}/blob2`, '{"model_type": "gpt2"}');
    await Deno.symlink("../blob1", `${directory}/snapshot/tokenizer.json`);
    await Deno.symlink("../blob2", `${directory}/snapshot/config.json`);
    assertEquals((await readTokenizer(`${directory}/snapshot`)).size, other.size);
  });
});

Deno.test("texts for BERT's vocab.txt are lowercased as the configuration beside it says, or as its tokens tell", async () => {
  await inTempDir(async (directory) => {
    const file = `${directory}/vocab.txt`;
    // The last two are those of bert-base-chinese.
    const special = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n<S>\n<T>";
    const tokensOf = async (words: string): Promise<readonly string[]> => {
      await Deno.writeTextFile(file, `${special}\n${words}\n`);
      return (await readPipeline(file)).encoding("Paris").tokens.slice(1, -1);
    };
    assertEquals(await tokensOf("paris"), ["paris"]);
    assertEquals(await tokensOf("paris\nParis"), ["Paris"]);
    const config = `${directory}/tokenizer_config.json`;
    await Deno.writeTextFile(config, '{"do_lower_case": true}');
    assertEquals(await tokensOf("paris\nParis"), ["paris"]);
    await Deno.writeTextFile(config, '{"do_lower_case": false}');
    assertEquals(await tokensOf("paris"), ["[UNK]"]);
    await Deno.writeTextFile(config, '{"do_lower_case": "no"}');
    await assertRejects(() => readTokenizer(directory), RangeError, "expected do_lower_case to be true or false");
  });
});
