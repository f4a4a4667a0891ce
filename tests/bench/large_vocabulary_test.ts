import { assert, assertEquals } from "@std/assert";
import { makeSource } from "../../bench/large_vocabulary/words.ts";

Deno.test("the words of the benchmark of large vocabularies repeat with the seed, and rarer words have higher ids", () => {
  const ids = makeSource(50, 1).draw(20_000);
  assertEquals(makeSource(50, 1).draw(20_000), ids);
  assert(ids.every((id) => id >= 0 && id < 50));
  const count = (from: number, to: number): number => ids.filter((id) => id >= from && id < to).length;
  assert(count(0, 5) > count(5, 20) && count(5, 20) > count(20, 35) && count(20, 35) > count(35, 50));
});

Deno.test("the loss of the true probabilities is below that of the frequencies, and near what is counted", () => {
  const V = 50;
  const source = makeSource(V, 1);
  const ids = source.draw(200_000);
  const [pairs, single] = [new Float64Array(V * V), new Float64Array(V)];
  for (let i = 1; i < ids.length; i++) {
    pairs[ids[i - 1] * V + ids[i]]++;
    single[ids[i - 1]]++;
  }
  let [counted, unigram] = [0, 0];
  for (let i = 1; i < ids.length; i++) {
    counted -= Math.log(pairs[ids[i - 1] * V + ids[i]] / single[ids[i - 1]]) / (ids.length - 1);
    unigram -= Math.log(single[ids[i]] / ids.length) / (ids.length - 1);
  }
  const loss = source.loss(ids);
  assert(loss < unigram - 0.2, `${loss}, ${unigram}`);
  assert(Math.abs(loss - counted) < 0.02, `${loss}, ${counted}`);
});
