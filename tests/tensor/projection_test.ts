import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  add,
  affine,
  gather,
  inference,
  linear,
  mul,
  Parameter,
  sum,
  type Tensor,
  tensor,
  training,
} from "../../src/tensor/mod.ts";
import { INT8_COLUMNS } from "../../src/tensor/projection.ts";
import { assertSameBits } from "../support/bounds.ts";
import { randomFloats } from "../support/floats.ts";
import { engineOf } from "../support/gradient_check.ts";
import { BUILDS } from "../support/kernel_contract.ts";

const [R, K, N] = [7, 5, 6];
const ids = Int32Array.from({ length: 40 }, (_, i) => i % 11 === 10 ? -1 : (i * i) % R);

/** Returns output and gradients of a product of a table's rows, passing the rows through `lookUp`. */
function project(build: (typeof BUILDS)[number], lookUp: (table: Parameter) => Tensor) {
  const engine = engineOf(build);
  const table = new Parameter([R, K], { engine, values: randomFloats(1, R * K) });
  const weight = new Parameter([N, K], { engine, values: randomFloats(2, N * K) });
  const output = training(() => {
    const y = linear(lookUp(table), weight);
    sum(mul(y, tensor(randomFloats(3, y.size), y.shape, { engine }))).backward();
    return y.toArray();
  }, { engine });
  return { output, dTable: table.gradients(), dWeight: weight.gradients() };
}

function assertClose(found: Float32Array, expected: Float32Array): void {
  for (const [i, value] of expected.entries()) assertAlmostEquals(found[i], value, 1e-5);
}

Deno.test("products of a small table's rows are looked up, with the same bits and gradients as plain rows", () => {
  for (const build of BUILDS) {
    const looked = project(build, (table) => gather(table, ids));
    // The intermediate copy has no table.
    const plain = project(build, (table) => affine(gather(table, ids), 1, 0));
    assertSameBits(looked.output, plain.output, "output");
    assertClose(looked.dTable, plain.dTable);
    assertClose(looked.dWeight, plain.dWeight);
    assert(plain.dTable.some((d) => d !== 0) && plain.dWeight.some((d) => d !== 0));
  }
});

Deno.test("rows gathered from gathered rows are looked up in the first table", () => {
  const order = Int32Array.from(ids, (_, i) => i % 3 === 0 ? -1 : ids.length - 1 - i);
  for (const build of BUILDS) {
    const looked = project(build, (table) => gather(gather(table, ids), order));
    const plain = project(build, (table) => affine(gather(gather(table, ids), order), 1, 0));
    assertSameBits(looked.output, plain.output, "output");
    assertClose(looked.dTable, plain.dTable);
    assertClose(looked.dWeight, plain.dWeight);
  }
});

Deno.test("reading a gradient that went to the table throws instead of returning zeros", () => {
  const engine = engineOf("plain");
  const table = new Parameter([R, K], { engine, values: randomFloats(1, R * K) });
  const weight = new Parameter([N, K], { engine, values: randomFloats(2, N * K) });
  training(() => {
    const [rows, kept] = [gather(table, ids), affine(gather(table, ids), 1, 0)];
    sum(linear(rows, weight)).backward();
    assertThrows(() => rows.gradients(), RangeError, "gradient was added directly to the table");
    assertEquals(kept.gradients(), new Float32Array(kept.size));
  }, { engine });
});

Deno.test("outside training, cached products are updated with the table and the weight", () => {
  for (const build of BUILDS) {
    const engine = engineOf(build);
    const table = new Parameter([R, K], { engine, values: randomFloats(1, R * K) });
    const weight = new Parameter([N, K], { engine, values: randomFloats(2, N * K) });
    const both = () =>
      inference(() => {
        const rows = gather(table, Int32Array.of(3));
        return [linear(rows, weight).toArray(), linear(affine(rows, 1, 0), weight).toArray()];
      }, { engine });
    const check = (): Float32Array => {
      const [looked, plain] = both();
      assertSameBits(looked, plain, "product");
      return looked;
    };
    const first = check();
    table.assign(randomFloats(4, R * K));
    const second = check();
    weight.assign(randomFloats(5, N * K));
    const third = check();
    assert(first[0] !== second[0] && second[0] !== third[0]);
  }
});

Deno.test("int8 weights give products within half a quantization step per weight", () => {
  for (const build of BUILDS) {
    const engine = engineOf(build);
    const [rows, width, outputs] = [3, 200, 50];
    const weight = new Parameter([outputs, width], { engine, values: randomFloats(2, outputs * width) });
    const x = randomFloats(3, rows * width);
    const apply = (): Float32Array =>
      inference(() => linear(tensor(x, [rows, width], { engine }), weight).toArray(), { engine });
    const exact = apply();
    weight.precision = "int8";
    const rounded = apply();
    const values = weight.toArray();
    for (let i = 0; i < rows * outputs; i++) {
      const [row, column] = [Math.floor(i / outputs), i % outputs];
      const own = values.subarray(column * width, (column + 1) * width);
      const step = own.reduce((most, w) => Math.max(most, Math.abs(w)), 0) / 127;
      const inputs = x.subarray(row * width, (row + 1) * width).reduce((total, v) => total + Math.abs(v), 0);
      // The inputs are rounded to one part in 65,535 of the largest.
      assert(Math.abs(rounded[i] - exact[i]) <= step / 2 * inputs * 1.01, `product ${i}`);
    }
    assert(rounded.some((value, i) => value !== exact[i]));
    weight.precision = "float32";
    assertEquals(apply(), exact);
  }
});

Deno.test("products are cached per table and do not overwrite each other", () => {
  const engine = engineOf("plain");
  const weight = new Parameter([N, K], { engine, values: randomFloats(2, N * K) });
  const tables = [R, R + 1, R].map((rows, i) =>
    new Parameter([rows, K], { engine, values: randomFloats(5 + i, rows * K) })
  );
  const apply = (table: Parameter): Float32Array =>
    inference(() => linear(gather(table, Int32Array.of(3)), weight).toArray(), { engine });
  const first = tables.map(apply);
  assertEquals(tables.map(apply), first);
  assert(first[0][0] !== first[1][0] && first[0][0] !== first[2][0]);
});

Deno.test("8-bit weights with more columns than their products can have are multiplied as floats", () => {
  const engine = engineOf("plain");
  for (const width of [INT8_COLUMNS, INT8_COLUMNS + 1]) {
    const weight = new Parameter([1, width], { engine, values: randomFloats(1, width) });
    const x = randomFloats(2, width);
    const apply = (): Float32Array =>
      inference(() => linear(tensor(x, [1, width], { engine }), weight).toArray(), { engine });
    const exact = apply();
    weight.precision = "int8";
    assertEquals(apply()[0] === exact[0], width > INT8_COLUMNS);
  }
});

Deno.test("rows that were assigned, or detached, are no longer those of their table", () => {
  for (const build of BUILDS) {
    const noise = randomFloats(7, ids.length * K);
    const assigned = project(build, (table) => {
      const rows = gather(table, ids);
      rows.assign(noise);
      return rows;
    });
    const plain = project(build, (table) => tensor(noise, [ids.length, K], { engine: table.engine }));
    assertSameBits(assigned.output, plain.output, "output");
    assertSameBits(assigned.dWeight, plain.dWeight, "dWeight");
    const detached = project(build, (table) => {
      const rows = gather(table, ids);
      rows.requiresGradient = false;
      return rows;
    });
    assert(detached.dTable.every((d) => d === 0) && detached.dWeight.some((d) => d !== 0));
  }
});

Deno.test("a list of indexes that is filled anew leaves the rows of earlier steps their gradients", () => {
  const table = new Parameter([40, 2], { values: randomFloats(1, 80) });
  const index = new Int32Array(2);
  training(() => {
    const parts = [[1, 2], [3, 4]].map((rows) => {
      index.set(rows);
      return sum(gather(table, index));
    });
    add(parts[0], parts[1]).backward();
  });
  const gradient = table.gradients();
  assertEquals([1, 2, 3, 4].map((row) => gradient[2 * row]), [1, 1, 1, 1]);
});
