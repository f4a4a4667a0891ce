/**
 * Patterns as in `tokenizer.json` files: fixed strings and regular expressions, matched in time linear in the text.
 *
 * The syntax is Oniguruma's; the engine is Elman's own. It parses a pattern (`parser.ts`), compiles it to a program
 * (`program.ts`), and runs the program on texts (`matcher.ts`). It must not know how the matches are used.
 *
 * @module
 */
export { literalPattern, type Pattern, patternFromJSON, regexPattern } from "./pattern.ts";
