import { assert, assertEquals } from "@std/assert";
import { artefactModule, compileKernels, signaturesArtefact } from "../../src/kernels/build.ts";
import { bestBuild, instantiateKernels } from "../../src/kernels/mod.ts";
import { BUILDS } from "../support/kernel_contract.ts";

for (const build of BUILDS) {
  Deno.test(`the committed ${build} kernels match their compiled sources byte for byte`, async () => {
    const committed = await Deno.readTextFile(new URL(`../../src/kernels/artefacts/${build}.ts`, import.meta.url));
    const compiled = artefactModule(build, await compileKernels(build));
    assert(committed === compiled, `the ${build} artifact differs from its sources: run \`deno task kernels\``);
  });
}

Deno.test("the committed signatures match the sources of the kernels", async () => {
  const committed = await Deno.readTextFile(new URL("../../src/kernels/artefacts/signatures.ts", import.meta.url));
  assert(committed === signaturesArtefact(), "signatures.ts differs from the sources: run `deno task kernels`");
});

Deno.test("both builds export exactly the kernels of index.ts", async () => {
  const index = await Deno.readTextFile(new URL("../../src/kernels/assembly/index.ts", import.meta.url));
  const names = [...index.matchAll(/export \{([^}]+)\}/g)].flatMap(([, list]) => list.match(/\w+/g) ?? []).sort();
  for (const build of BUILDS) {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
    const exported = Object.keys(instantiateKernels(memory, build)).filter((name) => name !== "memory");
    assertEquals(exported.sort(), names);
  }
});

Deno.test("the kernels keep nothing in the memory", () => {
  for (const build of BUILDS) {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536, shared: true });
    instantiateKernels(memory, build);
    assertEquals(new Uint8Array(memory.buffer).findIndex((byte) => byte !== 0), -1);
  }
});

Deno.test("the relaxed build is supported if relaxed SIMD is", () => {
  // (module (func (param v128) (result v128) local.get 0 local.get 0 local.get 0 f32x4.relaxed_madd))
  const probe = "0061736d0100000001060160017b017b03020100" + "0a0d010b00200020002000fd85020b";
  const supported = WebAssembly.validate(Uint8Array.from(probe.match(/../g)!, (byte) => parseInt(byte, 16)));
  assertEquals(bestBuild(), supported ? "relaxed" : "plain");
});
