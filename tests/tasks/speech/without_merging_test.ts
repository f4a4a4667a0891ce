import { assertEquals, assertStrictEquals } from "@std/assert";
import { decoders, models, PipelineTokenizer } from "@elman/elman/tokenizers";
import { SoundProcessor, SpeechRecognizer } from "../../../tasks/speech/mod.ts";
import { withoutMerging } from "../../../tasks/speech/without_merging.ts";
import { RATE, speak } from "./tones.ts";

const tokens = ["<pad>", "|", "h", "e", "l", "o"];
const letters = (decoder: decoders.CTC | decoders.Sequence): PipelineTokenizer =>
  new PipelineTokenizer({
    model: new models.BPE({ vocabulary: new Map(tokens.map((token, id) => [token, id])), merges: [] }),
    decoder,
  });

Deno.test("the decoder of a recognizer keeps double letters, also after it was saved", async () => {
  const ids = [2, 3, 4, 4, 5, 1, 5];
  const merging = letters(new decoders.CTC());
  assertEquals(merging.decode(ids), "helo o");
  assertEquals(withoutMerging(merging).decode(ids), "hello o");
  assertEquals(withoutMerging(letters(new decoders.Sequence([new decoders.CTC()]))).decode(ids), "hello o");
  const fused = letters(new decoders.Sequence([new decoders.Fuse()]));
  assertStrictEquals(withoutMerging(fused), fused);
  const processor = await SoundProcessor.fit([speak("lmh").sound], { rate: RATE, bands: 8 });
  const model = SpeechRecognizer.create({ processor, tokenizer: merging, hidden: 2, layers: 1 });
  const loaded = SpeechRecognizer.fromBytes(model.toBytes());
  assertEquals([model, loaded].map(({ tokenizer }) => tokenizer.decode(ids)), ["hello o", "hello o"]);
});
