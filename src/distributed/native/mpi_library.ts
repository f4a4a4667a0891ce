import { InputRangeError } from "../../../errors.ts";

/** A handle of MPI: an address in Open MPI, an integer in MPICH. */
export type Handle = bigint | number;

/** The functions of MPI that are used, with addresses as numbers. Each returns 0 unless it fails. */
export type MPIFunctions = Readonly<Record<keyof ReturnType<typeof signatures>, (...args: unknown[]) => number>>;

/** The constants of an MPI library. */
export interface MPIConstants {
  /** The communicator of all ranks. */
  readonly world: Handle;
  /** The type of floats. */
  readonly float: Handle;
  /** The type of doubles. */
  readonly double: Handle;
  /** The type of 32-bit integers. */
  readonly int: Handle;
  /** The type of bytes. */
  readonly byte: Handle;
  /** The operation that adds. */
  readonly sum: Handle;
  /** The operation that sets the bits that any has set. */
  readonly or: Handle;
  /** Stands for a buffer that is also the result. */
  readonly inPlace: bigint;
  /** Stands for a status that no one reads. */
  readonly noStatus: bigint;
  /** Reads a handle that a function has written. */
  readonly read: (memory: BigUint64Array) => Handle;
}

/** An open MPI library. */
export interface MPILibrary {
  /** Its name and version, such as `Open MPI 4.1.4`. */
  readonly name: string;
  /** Its functions. */
  readonly functions: MPIFunctions;
  /** Its constants. */
  readonly constants: MPIConstants;
}

/** The part of Deno that is used. */
interface ForeignFunctions {
  readonly build: { readonly os: string };
  dlopen(path: string, symbols: Record<string, unknown>): {
    // deno-lint-ignore no-explicit-any
    readonly symbols: Record<string, (...args: any[]) => any>;
  };
  readonly UnsafePointer: {
    of(view: ArrayBufferView): unknown;
    value(pointer: unknown): bigint;
  };
}

const deno = (globalThis as unknown as { readonly Deno: ForeignFunctions }).Deno;

/** Returns the address of an array's memory, which must be kept while a library uses it. */
export function addressOf(view: ArrayBufferView): bigint {
  return BigInt(deno.UnsafePointer.value(deno.UnsafePointer.of(view)));
}

/** The types of the functions' parameters; `handle` is the type of MPI's handles. */
function signatures(handle: string) {
  const [at, int] = ["usize", "i32"];
  return {
    MPI_Init_thread: [at, at, int, at],
    MPI_Comm_rank: [handle, at],
    MPI_Comm_size: [handle, at],
    MPI_Comm_dup: [handle, at],
    MPI_Get_processor_name: [at, at],
    MPI_Iallreduce: [at, at, int, handle, handle, handle, at],
    MPI_Iallgather: [at, int, handle, at, int, handle, handle, at],
    MPI_Iallgatherv: [at, int, handle, at, at, at, handle, handle, at],
    MPI_Ialltoallv: [at, at, at, handle, at, at, at, handle, handle, at],
    MPI_Ialltoall: [at, int, handle, at, int, handle, handle, at],
    MPI_Test: [at, at, at],
    MPI_Abort: [handle, int],
    MPI_Finalize: [],
  } as const;
}

/** Maximum length of the text in which a library names its version. */
const VERSION_LENGTH = 8192;

/**
 * Opens an MPI library, and finds out from what it says of itself whether its handles are those of Open MPI or of
 * MPICH, whose binary interface Intel MPI and others share. Throws an error if it cannot be opened or is another.
 */
export function openMPI(path: string): MPILibrary {
  if (/libmpi_abi\b/.test(path)) {
    const others = "libmpi.so.40 of Open MPI or libmpi.so.12 of MPICH";
    throw new InputRangeError(`open ${path}: expected ${others}, found a library of MPI's standard binary interface`);
  }
  const { symbols } = deno.dlopen(path, {
    MPI_Get_library_version: { parameters: ["buffer", "buffer"], result: "i32" },
  });
  const [text, length] = [new Uint8Array(VERSION_LENGTH), new Int32Array(1)];
  symbols.MPI_Get_library_version(text, length);
  const version = new TextDecoder().decode(text.subarray(0, length[0])).replaceAll("\0", "").trim();
  const isOpen = /^Open MPI/.test(version);
  const number = version.match(/\d+\.\d+(?:\.\d+)*/)?.[0] ?? "";
  const isKnown = isOpen || /MPICH|Intel\(R\) MPI|MVAPICH/i.test(version);
  if (!isKnown) {
    throw new InputRangeError(`open ${path}: expected Open MPI or MPICH, found ${version.slice(0, 80)}`);
  }
  const own = isOpen
    ? "Open MPI"
    : /Intel/.test(version)
    ? "Intel MPI"
    : /MVAPICH/i.test(version)
    ? "MVAPICH"
    : "MPICH";
  const entries = Object.entries(signatures(isOpen ? "usize" : "i32")).map(([name, parameters]) =>
    [name, { parameters, result: "i32" }] as const
  );
  return {
    name: `${own} ${number}`.trim(),
    functions: deno.dlopen(path, Object.fromEntries(entries)).symbols as unknown as MPIFunctions,
    constants: isOpen ? constantsOfOpenMPI(path) : CONSTANTS_OF_MPICH,
  };
}

/** MPICH's handles are integers, which its binary interface fixes. */
const CONSTANTS_OF_MPICH: MPIConstants = {
  world: 0x44000000,
  float: 0x4c00040a,
  double: 0x4c00080b,
  int: 0x4c000405,
  byte: 0x4c00010d,
  sum: 0x58000003,
  or: 0x58000008,
  inPlace: 2n ** 64n - 1n,
  noStatus: 1n,
  read: (memory) => Number(memory[0] & 0xffffffffn) | 0,
};

/** Open MPI's handles are the addresses of objects that the library exports. */
function constantsOfOpenMPI(path: string): MPIConstants {
  const libc = deno.build.os === "darwin" ? "libSystem.dylib" : "libc.so.6";
  const { symbols: { dlopen, dlsym } } = deno.dlopen(libc, {
    dlopen: { parameters: ["buffer", "i32"], result: "usize" },
    dlsym: { parameters: ["usize", "buffer"], result: "usize" },
  });
  const text = (name: string): Uint8Array => new TextEncoder().encode(`${name}\0`);
  const library = dlopen(text(path), deno.build.os === "darwin" ? 1 : 2);
  const find = (name: string): bigint => {
    const address = BigInt(dlsym(library, text(name)));
    if (address === 0n) throw new InputRangeError(`open ${path}: expected ${name} of Open MPI, found none`);
    return address;
  };
  return {
    world: find("ompi_mpi_comm_world"),
    float: find("ompi_mpi_float"),
    double: find("ompi_mpi_double"),
    int: find("ompi_mpi_int"),
    byte: find("ompi_mpi_byte"),
    sum: find("ompi_mpi_op_sum"),
    or: find("ompi_mpi_op_bor"),
    inPlace: 1n,
    noStatus: 0n,
    read: (memory) => memory[0],
  };
}
