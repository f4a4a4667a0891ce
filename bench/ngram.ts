/**
 * A character n-gram model with interpolated Witten-Bell smoothing (Witten and Bell 1991), the simplest method beside
 * the language models: `deno run --allow-read bench/ngram.ts FILE [ORDER]`. The last tenth of the text validates.
 */

/** The characters that followed a context in the training text. */
interface Followers {
  total: number;
  readonly counts: Map<string, number>;
}

/** Counts what follows each context of 0 to `order - 1` characters. */
function countFollowers(text: readonly string[], order: number): Map<string, Followers> {
  const table = new Map<string, Followers>();
  for (let at = 0; at < text.length; at++) {
    for (let length = 0; length < order && length <= at; length++) {
      const context = text.slice(at - length, at).join("");
      let followers = table.get(context);
      if (!followers) table.set(context, followers = { total: 0, counts: new Map() });
      followers.total++;
      followers.counts.set(text[at], (followers.counts.get(text[at]) ?? 0) + 1);
    }
  }
  return table;
}

/** Returns the mean loss in nats per character on the last tenth of a text of a model of the rest. */
export function ngramLoss(text: string, order: number): number {
  const characters = Array.from(text);
  const split = characters.length - Math.floor(characters.length * 0.1);
  const table = countFollowers(characters.slice(0, split), order);
  const valid = characters.slice(split);
  const uniform = 1 / new Set(characters).size;
  let loss = 0;
  for (let at = 0; at < valid.length; at++) {
    let probability = uniform;
    for (let length = 0; length < order && length <= at; length++) {
      const followers = table.get(valid.slice(at - length, at).join(""));
      if (!followers) break;
      const { total, counts } = followers;
      probability = ((counts.get(valid[at]) ?? 0) + counts.size * probability) / (total + counts.size);
    }
    loss -= Math.log(probability);
  }
  return loss / valid.length;
}

if (import.meta.main) {
  const [file, order = "6"] = Deno.args;
  console.log(JSON.stringify({ valid_loss: ngramLoss(await Deno.readTextFile(file), Number(order)) }));
}
