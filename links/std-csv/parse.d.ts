/** Types of the function of @std/csv that the command line uses. */

export interface ParseOptions {
  readonly separator?: string;
  readonly fieldsPerRecord?: number;
}

export function parse(input: string, options?: ParseOptions): string[][];
