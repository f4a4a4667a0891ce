// The kinds of operands. A kernel is declared here once: the generator of `signatures.ts` reads its operands with their
// kinds and these tags of its comment, in which a count stands for its value, and `index[0]` for an integer in memory.
//
// @extent x y: how many elements the kernel accesses at each of these addresses. Also: `ceil(x)`; `sum(index, n)` and
//   `most(index, n)` of n integers, the latter -1 for none; `span(n, stride, ...)`, the elements from the first to the
//   last of a strided block; `panels(k, n)`, the size of a factor [k, n] packed for a product.
// @inplace y x: y may be the address x.
// @work: about how many elementary operations several workers can share. Without it, one worker does everything.

/** A number of elements, rows or steps, or a stride in elements. */
export type Count = u32;
/** 0 or 1. */
export type Flag = u32;
/** Which of several functions to compute. */
export type Code = u32;
/** Any 32 bits, such as half of a seed. */
export type Bits = u32;
export type Float = f32;
export type Double = f64;

/** The address of elements that the kernel reads. */
export type Reads<T> = usize;
/** The address of elements that the kernel replaces. */
export type Writes<T> = usize;
/** The address of elements that the kernel reads and then changes. */
export type Updates<T> = usize;
/** An address that may be 0 for "none". */
export type Optional<T> = T;
/** The address of `product_scratch()` bytes for each worker. The engine supplies it. */
export type Scratch = usize;
