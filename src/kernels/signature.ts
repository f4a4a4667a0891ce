/**
 * Where numbers stand in the memory of an engine, in bytes. Only the engine makes addresses; `offset` derives one from
 * another.
 */
export type Address = number & { readonly isAddress: true };

/** A number that is not an address: of elements, rows or steps, or a stride in elements. */
export type Count = number & { readonly isAddress?: never };
/** 0 or 1. */
export type Flag = Count;
/** Which of several functions to compute. */
export type Code = Count;
/** Any 32 bits, such as half of a seed. */
export type Bits = Count;
/** A single-precision number. */
export type Float = Count;
/** A double-precision number. */
export type Double = Count;

/** Returns the address of the element that is `count` elements of `bytes` bytes, by default floats, behind another. */
export function offset(address: Address, count: number, bytes = 4): Address {
  return address + count * bytes as Address;
}

/** The elements that an operand points to. */
export type Element = "f32" | "f64" | "i32" | "u16" | "i8";

/** Reads an integer in memory, on which the extents or the work of a call depend. */
export type ReadInteger = (address: number, index: number) => number;

/** A quantity that follows from the operands of a call. */
export type Quantity = (operands: readonly number[], read: ReadInteger) => number;

/** An operand that is a number. */
export interface NumberOperand {
  /** Its name. */
  readonly name: string;
  /** The kind of number. */
  readonly kind: "count" | "flag" | "code" | "bits" | "float" | "double";
}

/** An operand that is an address. */
export interface AddressOperand {
  /** Its name. */
  readonly name: string;
  /** Whether the kernel reads the elements, replaces them, or reads and changes them. */
  readonly kind: "reads" | "writes" | "updates";
  /** The elements. */
  readonly element: Element;
  /** Whether it may be 0 for "none". */
  readonly isOptional: boolean;
  /** The number of elements from the first to the last that the kernel accesses; 0 or less if it accesses none. */
  readonly extent: Quantity;
  /** Names of operands that may be the same address, although the kernel writes there. */
  readonly inPlace: readonly string[];
}

/** The operands of a kernel, and what calls of it cost. */
export interface Signature {
  /** The operands, in order. */
  readonly operands: readonly (NumberOperand | AddressOperand)[];
  /** Whether the backend must supply scratch memory. */
  readonly usesScratch: boolean;
  /** About how many elementary operations several workers can share; 0 if one must do everything. */
  readonly work: Quantity;
}

/** Describes a number. */
export function number(name: string, kind: NumberOperand["kind"]): NumberOperand {
  return { name, kind };
}

/** Describes an address. */
export function address(
  name: string,
  kind: AddressOperand["kind"],
  element: Element,
  extent: Quantity,
  { isOptional = false, inPlace = [] }: { readonly isOptional?: boolean; readonly inPlace?: readonly string[] } = {},
): AddressOperand {
  return { name, kind, element, isOptional, extent, inPlace };
}

/** Returns the number of elements from the first to the last of a block with pairs of extents and strides. */
export function span(...pairs: readonly number[]): number {
  let last = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    if (pairs[i] === 0) return 0;
    last += (pairs[i] - 1) * pairs[i + 1];
  }
  return last + 1;
}

/** Returns the number of floats of a factor [k, n] that is packed for a product. */
export function panels(k: number, n: number): number {
  return Math.ceil(n / 8) * 8 * k;
}

/** Returns the sum of n integers in memory. */
export function sum(read: ReadInteger, index: number, n: number): number {
  let total = 0;
  for (let i = 0; i < n; i++) total += read(index, i);
  return total;
}

/** Returns the largest of n integers in memory; -1 if there are none. */
export function most(read: ReadInteger, index: number, n: number): number {
  let largest = -1;
  for (let i = 0; i < n; i++) largest = Math.max(largest, read(index, i));
  return largest;
}
