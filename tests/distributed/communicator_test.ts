import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { balance, createLocalCommunicators, SingleProcess } from "../../src/distributed/mod.ts";
import { openMPI } from "../../src/distributed/native/mpi_library.ts";
import { launcherOf, launchOf } from "../../src/distributed/launcher.ts";
import { fromHalves, sumHalves, toHalves } from "../../src/distributed/halves.ts";
import { Engine } from "../../src/nn/mod.ts";

Deno.test("ranks of one process sum, unite, gather and broadcast in the same order", async () => {
  const engine = new Engine();
  const ranks = createLocalCommunicators(3);
  const found = await Promise.all(ranks.map(async (communicator) => {
    const { rank } = communicator;
    const { address } = engine.allocate(8);
    engine.change(address, 2, (own) => own.set([rank, 0.5]));
    await communicator.allReduce({ engine, address, count: 2 });
    const sums = [...engine.floats(address, 2)];
    await communicator.barrier();
    const bits = [...await communicator.union(Int32Array.of(1 << rank))];
    return [sums, bits, await communicator.gather({ rank }), await communicator.broadcast(rank + 7)];
  }));
  const expected = [[3, 1.5], [7], [{ rank: 0 }, { rank: 1 }, { rank: 2 }], 7];
  assertEquals(found, [expected, expected, expected]);
});

Deno.test("a rank that makes another call than the others is named", async () => {
  const [first, second] = createLocalCommunicators(2);
  const sum = first.sum([1]);
  await assertRejects(() => second.gather(1), RangeError, "rank 1: expected sum, as on other ranks, found gather");
  await assertRejects(() => sum, RangeError);
});

Deno.test("a farewell waits for all ranks, but not for ever", async () => {
  const [first, second] = createLocalCommunicators(2);
  assertEquals(await first.farewell("the disk is full", 10), undefined);
  const [other, third] = createLocalCommunicators(2);
  assertEquals(await Promise.all([other.farewell("full", 1e3), third.farewell(null, 1e3)]), [
    ["full", null],
    ["full", null],
  ]);
  second.abort(1);
  await assertRejects(() => first.sum([1]), RangeError, "found some that have been ended");
});

Deno.test("a single process keeps what it has", async () => {
  const alone = new SingleProcess();
  assertEquals([await alone.sum([2]), await alone.gather(3), await alone.farewell("x")], [[2], [3], ["x"]]);
});

Deno.test("bfloat16 sums round once to the nearest and keep what is not finite", () => {
  const values = Float32Array.of(1, 1 + 2 ** -9, 3.14159, -0.1, Infinity, NaN);
  const rounded = fromHalves(toHalves(values));
  assertEquals([...rounded].map((x) => Math.fround(x)), [1, 1, 3.140625, Math.fround(-0.10009765625), Infinity, NaN]);
  assertEquals(fromHalves(sumHalves([toHalves(values), toHalves(values)]))[0], 2);
});

Deno.test("items are shared out by length, each to one rank, and no rank stays idle", () => {
  const lengths = Array.from({ length: 23 }, (_, i) => (i * 7) % 11);
  for (const size of [1, 2, 3, 4, 23]) {
    const shares = Array.from({ length: size }, (_, rank) => balance(lengths, { rank, size }));
    assertEquals(shares.flat().sort((a, b) => a - b), lengths.map((_, i) => i));
    assertEquals(shares.every(({ length }) => length > 0), true);
  }
});

Deno.test("launchers are recognized by their environment", () => {
  const of = (variables: Record<string, string>) => launchOf((name) => variables[name]);
  assertEquals(of({}), undefined);
  assertEquals(of({ OMPI_COMM_WORLD_RANK: "1", OMPI_COMM_WORLD_SIZE: "4", PMIX_RANK: "1" })?.kinds, ["Open MPI"]);
  assertEquals(of({ PMI_RANK: "0", PMI_SIZE: "2" }), {
    rank: 0,
    size: 2,
    variable: "PMI_RANK",
    kinds: ["MPICH", "Open MPI"],
  });
  assertEquals(of({ OMPI_COMM_WORLD_RANK: "1", OMPI_COMM_WORLD_SIZE: "4", PMI_RANK: "1" })?.kinds, ["Open MPI"]);
  // Slurm with PMIx, with PMI2, and with neither.
  const slurm = { SLURM_PROCID: "3", SLURM_NTASKS: "8", SLURM_STEP_NUM_TASKS: "8" };
  const found = [{ ...slurm, PMIX_RANK: "3" }, { ...slurm, PMI_RANK: "3", PMI_SIZE: "8" }, slurm].map(of);
  assertEquals(found.map((launch) => [launch?.rank, launch?.size, launch?.variable, launch?.kinds[0]]), [
    [3, 8, "PMIX_RANK", "Open MPI"],
    [3, 8, "PMI_RANK", "MPICH"],
    [3, 8, "SLURM_PROCID", "Open MPI"],
  ]);
  // PMIx without Slurm does not say how many there are; the script of a batch is no task of a step.
  assertEquals(of({ PMIX_RANK: "0" })?.size, undefined);
  assertEquals(of({ PMIX_RANK: "0" })?.variable, "PMIX_RANK");
  assertEquals(of({ SLURM_PROCID: "0", SLURM_NTASKS: "8" }), undefined);
  // A shell within an allocation of Slurm is a single task.
  assertEquals(of({ SLURM_PROCID: "0", SLURM_STEP_NUM_TASKS: "1" }), undefined);
  assertEquals(of({ SLURM_PROCID: "0", SLURM_STEP_NUM_TASKS: "16" })?.size, 16);
  assertEquals(of({ SLURM_PROCID: "0" }), undefined);
});

Deno.test("a launcher of one rank is no distributed run, but says whose library it needs", () => {
  const of = (variables: Record<string, string>) =>
    [launchOf, launcherOf].map((find) => find((name) => variables[name]));
  const mpich = { rank: 0, size: 1, variable: "PMI_RANK", kinds: ["MPICH", "Open MPI"] } as const;
  assertEquals(of({ PMI_RANK: "0", PMI_SIZE: "1", MPI_LOCALNRANKS: "1" }), [undefined, mpich]);
  const [launch, launcher] = of({ OMPI_COMM_WORLD_RANK: "0", OMPI_COMM_WORLD_SIZE: "1", PMIX_RANK: "0" });
  assertEquals([launch, launcher?.kinds], [undefined, ["Open MPI"]]);
  assertEquals(of({}), [undefined, undefined]);
});

Deno.test("a library of MPI's standard binary interface is refused", () => {
  const message = "found a library of MPI's standard binary interface";
  assertThrows(() => openMPI("/usr/lib/libmpi_abi.so.1"), RangeError, message);
});
