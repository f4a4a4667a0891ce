import { assertEquals, assertThrows } from "@std/assert";
import { stateDictOf } from "../../../src/formats/pytorch/state_dict.ts";
import { PickleGlobal } from "../../../src/formats/pytorch/pickle.ts";
import { Storage, storageOf, StoredTensor, tensorOf } from "../../../src/formats/pytorch/tensors.ts";

const storage = new Storage("0", "F32", 2);
const tensor = new StoredTensor({ storage, dtype: "F32", offset: 0, shape: [2], strides: [1] });

Deno.test("a checkpoint's state dict is found beside an optimizer and tensors of the checkpoint itself", () => {
  const optimizer = new Map([["state", new Map([[0, new Map([["exp_avg", tensor]])]])]]);
  for (const name of ["model", "state_dict", "model_state_dict"]) {
    const checkpoint = new Map<string, unknown>([
      ["rng", tensor],
      ["optimizer", optimizer],
      [name, new Map([["fc.bias", tensor]])],
      ["epoch", 3],
    ]);
    const { tensors, metadata } = stateDictOf(checkpoint, { action: "read a.pt", most: 100 });
    assertEquals([[...tensors.keys()], metadata], [["fc.bias"], { epoch: "3" }]);
  }
});

Deno.test("a state dict's own tensor may have the name of a wrapper", () => {
  const { tensors } = stateDictOf(new Map([["weights", tensor], ["bias", tensor]]), { action: "read a.pt", most: 100 });
  assertEquals([...tensors.keys()], ["weights", "bias"]);
});

Deno.test("two tensors with one name are refused", () => {
  const twice = new Map<unknown, unknown>([["a.b", tensor], ["a", new Map([["b", tensor]])]]);
  for (const value of [twice, new Map<unknown, unknown>([[1, tensor], ["1", tensor]])]) {
    const read = () => stateDictOf(value, { action: "read a.pt", most: 100 });
    assertThrows(read, RangeError, "read a.pt: expected each name of a tensor once, found ");
  }
});

Deno.test("a tensor whose elements PyTorch negates when it reads them is refused", () => {
  const read = (metadata: unknown) => tensorOf([storage, 0, [2], [1], false, new Map(), metadata], "read a.pt", false);
  assertEquals(read(undefined), tensor);
  assertEquals(read(new Map([["neg", false]])), tensor);
  assertThrows(() => read(new Map([["neg", true]])), RangeError, "found one that is negated when it is read");
});

Deno.test("a storage with a long name is refused, since each of its tensors is told from others by it", () => {
  const read = (key: string) => storageOf(["storage", new PickleGlobal("torch.FloatStorage"), key, "cpu", 2], "read a");
  assertEquals(read("0"), storage);
  assertThrows(() => read("0".repeat(101)), SyntaxError, "read a: expected the description of a storage, found");
});
