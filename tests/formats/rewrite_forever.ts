// Rewrites a directory (first argument) with one generation after another, starting after a given one (second
// argument), until it is killed. Prints each generation once it is written.
import { writeDirectory } from "../../src/formats/directory.ts";
import { generation } from "./generations.ts";

const [dir, last] = Deno.args;
for (let n = Number(last) + 1;; n++) {
  await writeDirectory(dir, generation(n, 50_000));
  console.log(n);
}
