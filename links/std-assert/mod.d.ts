/** Types of the functions of @std/assert that the tests use. */

// deno-lint-ignore no-explicit-any
type AnyConstructor<T> = abstract new (...args: any[]) => T;

export class AssertionError extends Error {
  constructor(message: string, options?: ErrorOptions);
}

export function assert(expression: unknown, message?: string): asserts expression;
export function assertFalse(expression: unknown, message?: string): void;
export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T>;
export function assertEquals<T>(actual: T, expected: T, message?: string): void;
export function assertNotEquals<T>(actual: T, expected: T, message?: string): void;
export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T;
export function assertNotStrictEquals<T>(actual: T, expected: T, message?: string): void;
export function assertAlmostEquals(actual: number, expected: number, tolerance?: number, message?: string): void;
export function assertGreater<T>(actual: T, expected: T, message?: string): void;
export function assertGreaterOrEqual<T>(actual: T, expected: T, message?: string): void;
export function assertLess<T>(actual: T, expected: T, message?: string): void;
export function assertLessOrEqual<T>(actual: T, expected: T, message?: string): void;
export function assertInstanceOf<T>(
  actual: unknown,
  expected: AnyConstructor<T>,
  message?: string,
): asserts actual is T;
export function assertNotInstanceOf<A, T>(
  actual: A,
  unexpected: AnyConstructor<T>,
  message?: string,
): asserts actual is Exclude<A, T>;
export function assertIsError<E extends Error = Error>(
  error: unknown,
  errorClass?: AnyConstructor<E>,
  messageMatches?: string | RegExp,
  message?: string,
): asserts error is E;
export function assertMatch(actual: string, expected: RegExp, message?: string): void;
export function assertNotMatch(actual: string, expected: RegExp, message?: string): void;
export function assertStringIncludes(actual: string, expected: string, message?: string): void;
export function assertArrayIncludes<T>(actual: ArrayLike<T>, expected: ArrayLike<T>, message?: string): void;
export function assertObjectMatch(
  actual: Record<PropertyKey, unknown>,
  expected: Record<PropertyKey, unknown>,
  message?: string,
): void;
export function assertThrows<E extends Error>(
  fn: () => unknown,
  errorClass: AnyConstructor<E>,
  messageIncludes?: string,
  message?: string,
): E;
export function assertThrows(fn: () => unknown, message?: string): unknown;
export function assertRejects<E extends Error>(
  fn: () => PromiseLike<unknown>,
  errorClass: AnyConstructor<E>,
  messageIncludes?: string,
  message?: string,
): Promise<E>;
export function assertRejects(fn: () => PromiseLike<unknown>, message?: string): Promise<unknown>;
export function fail(message?: string): never;
export function unreachable(reason?: string): never;
export function unimplemented(message?: string): never;
export function equal(a: unknown, b: unknown): boolean;
