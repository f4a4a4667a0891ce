import type { Address, KernelName, OperandsOf } from "../../../src/engine/mod.ts";

/** The numbers from an address on. Integers are stored as numbers as well. */
export type Numbers = Float64Array;

/** The numbers from an address on that may be 0 for "none". */
export type OptionalNumbers = Numbers | undefined;

/** Replaces addresses by the numbers that stand there, and 0 for "none" by undefined. */
type Given<Operand> = Operand extends Address ? Numbers : Operand extends 0 ? undefined : number;

type GivenEach<Operands extends readonly unknown[]> = { [Index in keyof Operands]: Given<Operands[Index]> };

/** The arguments of a kernel: numbers, and in place of each address the numbers that stand there. */
export type Operands<Kernel extends KernelName> = GivenEach<OperandsOf<Kernel>>;
