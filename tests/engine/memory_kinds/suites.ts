/** Imports, and so runs, the tests of all layers and optimizers. */
export async function importModules(): Promise<void> {
  await import("../../nn/contract_test.ts");
  await import("../../optim/contract_test.ts");
}

/** Imports, and so runs, the tests of all operations. */
export async function importOperations(): Promise<void> {
  for (const { name } of Deno.readDirSync(new URL("../../tensor/", import.meta.url))) {
    if (name.endsWith("_test.ts")) await import(`../../tensor/${name}`);
  }
}
