import { assert, assertEquals, assertThrows } from "@std/assert";
import { ResourceError } from "../../errors.ts";
import { type Address, Arena, Memory, offset } from "../../src/engine/mod.ts";
import { seededRandom } from "../support/random.ts";

Deno.test("memory hands out aligned blocks and never address 0", () => {
  const memory = new Memory();
  const addresses = [0, 1, 64, 65, 4096].map((bytes) => memory.allocate(bytes));
  assert(addresses.every((address) => address > 0 && address % 64 === 0));
  assertEquals(addresses.map((address) => address - addresses[0]), [0, 64, 128, 192, 320]);
});

Deno.test("memory reuses a released block for the next allocation that fits", () => {
  const memory = new Memory();
  const [first, second] = [memory.allocate(640), memory.allocate(64)];
  memory.release(first);
  assertEquals(memory.allocate(320), first);
  assertEquals(memory.allocate(320), first + 320);
  assert(memory.allocate(64) > second);
});

Deno.test("memory joins released neighbors in any order", () => {
  for (const order of [[0, 1, 2], [2, 1, 0], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1]]) {
    const memory = new Memory();
    const blocks = [100, 200, 300].map((bytes) => memory.allocate(bytes));
    const guard = memory.allocate(64);
    for (const i of order) memory.release(blocks[i]);
    assertEquals(memory.allocate(guard - blocks[0]), blocks[0]);
  }
});

Deno.test("memory grows by the missing amount, keeps its contents and refreshes its views", () => {
  const memory = new Memory();
  const before = memory.bytes;
  const small = memory.allocate(64);
  memory.f32[small / 4] = 1.5;
  const large = memory.allocate(before + 1);
  assert(memory.bytes > before && memory.bytes <= 2 * before + 2 * 65536);
  for (const view of [memory.f32, memory.f64, memory.i32]) assertEquals(view.byteLength, memory.bytes);
  assertEquals(memory.f32[small / 4], 1.5);
  memory.f32[(large + before) / 4] = 2;
  memory.release(large);
  const grown = memory.bytes;
  assertEquals(memory.allocate(before + 1), large);
  assertEquals(memory.bytes, grown);
});

Deno.test("memory rejects more than 4 GiB, names the sizes and stays unchanged", () => {
  const memory = new Memory();
  const bytes = memory.bytes;
  for (const [wanted, size] of [[2 ** 32, "4096.0 MiB"], [5 * 2 ** 30, "5120.0 MiB"]] as const) {
    const error = assertThrows(() => memory.allocate(wanted), ResourceError, "4 GiB");
    assert(error.message.includes(size) && error.message.includes("1.0 MiB in use"), error.message);
  }
  assertEquals(memory.bytes, bytes);
  assert(memory.allocate(64) > 0);
  assertEquals(memory.bytes, bytes);
});

Deno.test("memory rejects invalid numbers of bytes", () => {
  for (const bytes of [NaN, -1]) assertThrows(() => new Memory().allocate(bytes), RangeError, "number of bytes");
});

Deno.test("memory releases only its own blocks, and only once", () => {
  const memory = new Memory();
  const address = memory.allocate(64);
  assertThrows(
    () => memory.release(offset(address, 64, 1)),
    RangeError,
    "release memory: expected the address of a block",
  );
  memory.release(address);
  assertThrows(() => memory.release(address), RangeError, "release memory: expected the address of a block");
});

Deno.test("blocks never overlap, and all memory can be freed", () => {
  const memory = new Memory();
  const random = seededRandom(1);
  const taken = new Map<Address, number>();
  for (let i = 0; i < 2000; i++) {
    if (random() < 0.55) {
      const bytes = Math.floor(random() * 4000) + 1;
      const address = memory.allocate(bytes);
      for (const [other, size] of taken) assert(address + bytes <= other || other + size <= address);
      taken.set(address, bytes);
    } else if (taken.size > 0) {
      const address = [...taken.keys()][Math.floor(random() * taken.size)];
      memory.release(address);
      taken.delete(address);
    }
  }
  for (const address of taken.keys()) memory.release(address);
  const bytes = memory.bytes;
  assertEquals(memory.allocate(bytes - 64), 64);
  assertEquals(memory.bytes, bytes);
});

Deno.test("extend uses free memory behind a block, grows at the end and never overwrites another block", () => {
  const memory = new Memory();
  const [first, second] = [memory.allocate(1024), memory.allocate(1024)];
  assertEquals(memory.extend(first, 64), false);
  memory.release(second);
  assertEquals(memory.extend(first, 64), true);
  assertEquals(memory.allocate(64), first + 1024 + 64);
  const last = memory.allocate(1 << 22);
  const before = memory.bytes;
  assertEquals(memory.extend(last, 10 << 20), true);
  assert(memory.bytes > before);
  const next = memory.allocate(1 << 20);
  assert(next >= last + (1 << 22) + (10 << 20));
  memory.release(last);
  assert(memory.allocate((1 << 22) + (10 << 20)) === last);
  assertThrows(() => memory.extend(offset(next, 64, 1), 1), RangeError, "expected the address of a block");
});

Deno.test("a memory that is not shared detaches its views when it grows, a moving one at every allocation", () => {
  for (const kind of ["shared", "unshared", "moving"] as const) {
    const memory = new Memory(kind);
    const arena = new Arena(memory);
    arena.allocate(64);
    const address = memory.allocate(64);
    memory.f32[address / 4] = 1.5;
    const isKept = (allocate: () => void): boolean => {
      const view = memory.floats(address, 1);
      allocate();
      assertEquals(memory.f32[address / 4], 1.5);
      return view.length === 1;
    };
    const grown = isKept(() => memory.allocate(memory.bytes));
    const [small, part] = [isKept(() => memory.allocate(64)), isKept(() => arena.allocate(64))];
    assertEquals([grown, small, part], [kind === "shared", kind !== "moving", kind !== "moving"], kind);
    assertEquals(memory.isShared, kind === "shared");
  }
});

Deno.test("changing numbers fails if the function moves the memory", () => {
  const memory = new Memory("moving");
  const address = memory.allocate(64);
  memory.change(address, 4, (values) => values.fill(1));
  assertThrows(
    () => memory.change(address, 4, () => void memory.allocate(64)),
    RangeError,
    "found that the memory has",
  );
});

Deno.test("no block ends within a line of 4 GiB, where a kernel's addresses start again at 0", () => {
  const memory = new Memory();
  // All but the line of address 0 and the last two.
  const most = 2 ** 32 - 3 * 64;
  assertThrows(() => memory.allocate(most + 64), RangeError, "4 GiB");
  const part = memory.allocate(most - 64);
  assertEquals([memory.extend(part, 128), memory.extend(part, 64), memory.extend(part, 64)], [false, true, false]);
  assertThrows(() => memory.allocate(64), RangeError, "4 GiB");
  memory.release(part);
  assertEquals(memory.allocate(most), part);
  assertEquals(memory.bytes, 2 ** 32);
});

Deno.test("memory that the system refuses is an error for people, and extends no block", () => {
  const memory = new Memory();
  const refusal = new RangeError("WebAssembly.Memory.grow(): Unable to grow instance memory");
  Object.defineProperty(memory.wasm, "grow", {
    value: () => {
      throw refusal;
    },
  });
  const error = assertThrows(
    () => memory.allocate(2 ** 21),
    ResourceError,
    "allocate memory: expected room for 2.0 MiB more than the 1.0 MiB in use, found that the system has none",
  );
  assertEquals(error.cause, refusal);
  const block = memory.allocate(64);
  assertEquals([memory.extend(block, 2 ** 21), memory.extend(block, 64)], [false, true]);
});

Deno.test("a new memory that the system refuses is an error for people", () => {
  const { Memory: Real } = WebAssembly;
  WebAssembly.Memory = function () {
    throw new RangeError("WebAssembly.Memory(): could not allocate memory");
  } as unknown as typeof Real;
  try {
    const message = "allocate memory: expected room for 1.0 MiB, found that the system has none";
    assertThrows(() => new Memory(), ResourceError, message);
  } finally {
    WebAssembly.Memory = Real;
  }
});
