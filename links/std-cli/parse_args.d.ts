/** Types of the function of @std/cli that the command line uses. */

export interface ParseOptions {
  readonly string?: readonly string[];
  readonly boolean?: readonly string[];
  readonly collect?: readonly string[];
  readonly alias?: Readonly<Record<string, string | readonly string[]>>;
  readonly negatable?: readonly string[];
  readonly unknown?: (arg: string, key?: string, value?: unknown) => unknown;
  readonly "--"?: boolean;
  readonly stopEarly?: boolean;
}

export interface Args {
  readonly _: (string | number)[];
  readonly [name: string]: unknown;
}

export function parseArgs(args: readonly string[], options?: ParseOptions): Args;
