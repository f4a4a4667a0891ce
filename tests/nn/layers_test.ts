import { inference, LayerNorm, Linear, Random, slice, tensor, training } from "../../src/nn/mod.ts";
import { assertSameBits } from "../support/bounds.ts";
import { engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";

const [ROWS, I] = [7, 300];

for (const build of BUILDS) {
  const engine = engineOf(build);
  const options = { engine, random: new Random(1, { engine }) };
  const layers = {
    Linear: new Linear({ ...options, input: I, output: 9 }),
    LayerNorm: new LayerNorm({ engine, width: I }),
  };

  for (const [name, layer] of Object.entries(layers)) {
    Deno.test(`${name}, ${build}: a row gives the same bits alone and in a batch of ${ROWS}`, () => {
      const values = new Random(2, { engine }).normal(ROWS * I);
      for (const scope of [training, inference]) {
        scope(() => {
          const x = tensor(values, [ROWS, I], { engine });
          const batch = layer.forward(x).toArray();
          const width = batch.length / ROWS;
          for (let row = 0; row < ROWS; row++) {
            const alone = layer.forward(slice(x, 0, row, row + 1)).toArray();
            assertSameBits(alone, batch.slice(row * width, (row + 1) * width), `${scope.name}, row ${row}`);
          }
        }, { engine });
      }
    });
  }
}
