// Prints the MPI library that one rank has opened, without any option; run by `library_test.ts`.

import { connectMPI } from "../../src/distributed/mod.ts";

const communicator = connectMPI();
console.log(JSON.stringify({ name: communicator.name, size: communicator.size }));
await communicator.close();
