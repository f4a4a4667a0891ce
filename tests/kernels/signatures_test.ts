import { assertEquals, assertThrows } from "@std/assert";
import { type Engine, type KernelName, offset, SIGNATURES } from "../../src/engine/mod.ts";
import { MAX_OPERANDS } from "../../src/engine/worker_source.ts";
import { signaturesModule } from "../../src/kernels/read_signatures.ts";

/** Calls that must not compile; `deno check` fails if one does. They are never made. */
export function wrongCalls(engine: Engine, n: number): void {
  const address = engine.arena.allocate(64);
  engine.run("fill", n, 0, address);
  // @ts-expect-error a count where an address belongs
  engine.run("fill", n, 0, n);
  // @ts-expect-error an address where a count belongs
  engine.run("fill", address, 0, n);
  // @ts-expect-error an address where a number belongs
  engine.run("fill", n, address, address);
  // @ts-expect-error an operand too few
  engine.run("fill", n, 0);
  // @ts-expect-error an operand too many
  engine.run("fill", n, 0, address, address);
  // @ts-expect-error "none" for an operand that is not optional
  engine.run("fill", n, 0, 0);
  // @ts-expect-error no such kernel
  engine.run("filll", n, 0, address);
  // @ts-expect-error arithmetic makes no address; `offset` does
  engine.run("fill", n, 0, address + 4 * n);
  engine.run("fill", n, 0, offset(address, n));
  // An optional address may be 0.
  engine.run("sgd_step", n, 0, address, address, address, 0, 0.1, 0, 1, 0, 0, 1);
}

const noIntegers = (): number => 0;

Deno.test("the work of a kernel follows from its operands", () => {
  const work = (kernel: KernelName, operands: number[], integers: number[] = []): number =>
    SIGNATURES[kernel].work(operands, (_, index) => integers[index] ?? noIntegers());
  assertEquals(work("matmul", [0, 1, 3, 5, 7]), 3 * 5 * 7);
  assertEquals(work("add_bias", [3, 5]), 4 * 3 * 5);
  assertEquals(work("adam_step", [1000]), 4 * 1000);
  assertEquals(work("lstm_forward", [6, 64, 10], [3]), 6 * 3 * 40 * 40);
  assertEquals(work("gru_backward", [6, 64, 10], [3]), 6 * 3 * 30 * 30);
  assertEquals(work("rnn_forward", [0, 6, 64, 10], [3]), 6 * 3 * 10 * 10);
  assertEquals(work("rnn_forward", [0, 6, 64, 10], [1]), 0);
  assertEquals(work("copy_strided", [9, 9, 9, 9]), 0);
});

Deno.test("workers have room for the operands of every kernel", () => {
  const most = Math.max(...Object.values(SIGNATURES).map(({ operands }) => operands.length + 1));
  assertEquals(most <= MAX_OPERANDS, true);
});

/** Reads a source with one kernel of the given comment and parameters. */
function read(comment: string, parameters: string, result = "void"): string {
  const source = `/** ${comment} */\nexport function scale(${parameters}): ${result} {}\n`;
  return signaturesModule((file) => file === "index.ts" ? `export { scale } from "./scaling";` : source);
}

const WORKERS = "worker: u32, workers: u32";

Deno.test("a signature is read from a kernel's source", () => {
  const comment = "\n * Scales x by a factor.\n *\n * @extent x: index[1] + most(index, n)\n * @extent index: n\n" +
    " * @inplace x index\n * @work 2 * n\n";
  const module = read(comment, `n: Count, index: Reads<i32>, x: Optional<Updates<f64>>, scratch: Scratch, ${WORKERS}`);
  for (
    const line of [
      "   * Scales x by a factor.",
      "    x: Address | 0,",
      `      number("n", "count"),`,
      `      address("index", "reads", "i32", ([n]) => n),`,
      `      address("x", "updates", "f64", ([n, index], read) => read(index, 1) + most(read, index, n), ` +
      `{ isOptional: true, inPlace: ["index"] }),`,
      "    usesScratch: true,",
      "    work: ([n]) => 2 * n,",
    ]
  ) assertEquals(module.split("\n").includes(line), true, `${line} in ${module}`);
});

Deno.test("a signature that cannot be read is an error that names kernel, file and fault", () => {
  const cases: [comment: string, parameters: string, fault: string, result?: string][] = [
    ["", "n: Count", "expected worker: u32, workers: u32 at the end, found n: Count"],
    ["", `n: u32, ${WORKERS}`, "expected a kind of operand of operands.ts, found n: u32"],
    ["", `x: Reads<u8>, ${WORKERS}`, "expected a kind of operand of operands.ts, found x: Reads<u8>"],
    ["", `x: Reads<f32>, ${WORKERS}`, "expected one extent of x, found 0"],
    ["\n * @extent x: m\n", `x: Reads<f32>, ${WORKERS}`, "expected names of its operands, found m"],
    ["\n * @extent x: log(1)\n", `x: Reads<f32>, ${WORKERS}`, "expected ceil, most, panels, span, sum, found log("],
    ["\n * @extent x: 1; 2\n", `x: Reads<f32>, ${WORKERS}`, "expected arithmetic, found ;"],
    ["\n * @works 3\n", `n: Count, ${WORKERS}`, "or @work expression, found works 3"],
    ["\n * @inplace n m\n", `n: Count, ${WORKERS}`, "expected tags of its operands, found m"],
    ["", `scratch: Scratch, n: Count, ${WORKERS}`, "expected scratch memory as the last operand, found scratch before"],
    ["", `n: Count, ${WORKERS}`, "expected no result, found u32", "u32"],
  ];
  for (const [comment, parameters, fault, result] of cases) {
    const error = assertThrows(() => read(comment, parameters, result), SyntaxError);
    assertEquals(error.message.startsWith("read kernel scale in "), true, error.message);
    assertEquals(error.message.includes(fault), true, `${error.message} without ${fault}`);
  }
});
