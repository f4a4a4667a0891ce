import { assert, assertEquals, assertThrows } from "@std/assert";
import { type Address, Arena, Memory } from "../../src/engine/mod.ts";
import type { Space } from "../../src/engine/space.ts";

const MIB = 2 ** 20;

Deno.test("an arena returns the same addresses after a reset", () => {
  const arena = new Arena(new Memory());
  const start = arena.mark();
  const first = [100, 200, 300].map((bytes) => arena.allocate(bytes));
  arena.reset(start);
  assertEquals([100, 200, 300].map((bytes) => arena.allocate(bytes)), first);
});

Deno.test("arena addresses are aligned to cache lines and do not overlap", () => {
  const arena = new Arena(new Memory());
  const sizes = [0, 1, 64, 65, 2 * MIB, 5, 3 * MIB, 7];
  const taken = sizes.map((bytes) => ({ address: arena.allocate(bytes), bytes }));
  taken.sort((a, b) => a.address - b.address);
  for (const [i, { address, bytes }] of taken.entries()) {
    assertEquals(address % 64, 0);
    assert(i === 0 || address >= taken[i - 1].address + taken[i - 1].bytes);
    assert(address + bytes <= (taken[i + 1]?.address ?? Infinity));
  }
});

Deno.test("an arena resets to a mark across chunks", () => {
  const arena = new Arena(new Memory());
  arena.allocate(100);
  const outer = arena.mark();
  const second = arena.allocate(200);
  const inner = arena.mark();
  const third = arena.allocate(3 * MIB);
  assertEquals(arena.allocate(4 * MIB) === third, false);
  arena.reset(inner);
  assertEquals(arena.allocate(3 * MIB), third);
  arena.reset(outer);
  assertEquals(arena.allocate(200), second);
});

/** Takes many pieces, some larger than any chunk so far, while persistent memory is allocated in between. */
function step(arena: Arena, stays?: () => void): number[] {
  const start = arena.mark();
  const addresses: number[] = [];
  for (let i = 0; i < 20; i++) {
    addresses.push(arena.allocate(i * 100_000));
    stays?.();
  }
  arena.reset(start);
  return addresses;
}

Deno.test("an arena joins its chunks when empty and stops growing after the first step", () => {
  const memory = new Memory();
  const arena = new Arena(memory);
  step(arena, () => memory.allocate(1000));
  const second = step(arena);
  const [bytes, size] = [arena.bytes, memory.bytes];
  for (let i = 0; i < 50; i++) assertEquals(step(arena), second);
  assertEquals([arena.bytes, memory.bytes], [bytes, size]);
  for (let i = 1; i < second.length; i++) assertEquals(second[i] - second[i - 1], wholeLines((i - 1) * 100_000));
});

function wholeLines(bytes: number): number {
  return Math.max(64, Math.ceil(bytes / 64) * 64);
}

Deno.test("an arena in use does not move its chunks", () => {
  const arena = new Arena(new Memory());
  const kept = arena.allocate(64);
  const inner = arena.mark();
  arena.allocate(3 * MIB);
  arena.reset(inner);
  assertEquals(arena.allocate(64), kept + 64);
});

Deno.test("an empty arena joins its chunks at the next allocation, and frees the old ones", () => {
  const memory = new Memory();
  const arena = new Arena(memory);
  const start = arena.mark();
  const chunks = [2 * MIB, 3 * MIB].map((bytes) => {
    const address = arena.allocate(bytes);
    memory.allocate(64);
    return address;
  });
  arena.reset(start);
  assertEquals([arena.bytes, arena.moves], [5 * MIB, 0]);
  arena.allocate(64);
  const size = memory.bytes;
  assertEquals([arena.bytes, arena.moves], [5 * MIB, 1]);
  assertEquals([2 * MIB, 3 * MIB].map((bytes) => memory.allocate(bytes)), chunks);
  assertEquals(memory.bytes, size);
});

/** Returns an arena on a memory with room for blocks of so many bytes, which can be extended by little. */
function arenaWith(room: number): Arena {
  const memory = new Memory();
  const limited: Space = Object.create(memory, {
    allocate: { value: (bytes: number) => bytes > room ? memory.allocate(2 ** 33) : memory.allocate(bytes) },
    extend: { value: (address: Address, bytes: number) => bytes <= MIB / 4 && memory.extend(address, bytes) },
    noteAllocation: { value: () => {} },
    release: { value: (address: Address) => memory.release(address) },
  });
  return new Arena(limited);
}

Deno.test("an arena takes no more than it needs where there is no room for more", () => {
  const room = 24 * MIB;
  const arena = arenaWith(room);
  const first = arena.allocate(16 * MIB);
  // An eighth of the arena is more than the block can be extended by, and a second chunk would leave a gap.
  assertEquals(arena.allocate(MIB / 4), first + 16 * MIB);
  assertEquals(arena.bytes, 16.25 * MIB);
  arena.allocate(room);
  assertEquals(arena.bytes, 40.25 * MIB);
  assertThrows(() => arena.allocate(room + 64), RangeError, "4 GiB");
});

Deno.test("a step whose chunks fit only in pieces runs again", () => {
  const arena = arenaWith(24 * MIB);
  for (let run = 0; run < 3; run++) {
    const start = arena.mark();
    for (let piece = 0; piece < 2; piece++) arena.allocate(16 * MIB);
    arena.reset(start);
    assertEquals(arena.bytes, 32 * MIB);
  }
});

Deno.test("an arena hides no fault of its memory", () => {
  const memory = new Memory();
  let isFaulty = false;
  const faulty: Space = Object.create(memory, {
    allocate: {
      value: (bytes: number) => {
        if (isFaulty) throw new TypeError("a fault");
        return memory.allocate(bytes);
      },
    },
    extend: { value: () => false },
    noteAllocation: { value: () => {} },
    release: { value: (address: Address) => memory.release(address) },
  });
  const arena = new Arena(faulty);
  const start = arena.mark();
  for (let piece = 0; piece < 2; piece++) arena.allocate(MIB);
  isFaulty = true;
  assertThrows(() => arena.allocate(MIB), TypeError, "a fault");
  arena.reset(start);
  assertThrows(() => arena.join(), TypeError, "a fault");
});
