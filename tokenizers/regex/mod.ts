/**
 * Patterns: fixed strings and regular expressions as `tokenizer.json` files have them, found in time linear in the text.
 *
 * The syntax is Oniguruma's, the engine our own: a pattern is parsed (`parser.ts`), becomes a program (`program.ts`), and the program is run on
 * texts (`matcher.ts`). It must not know what is done with the matches.
 *
 * @module
 */
export { literalPattern, type Pattern, patternFromJSON, regexPattern } from "./pattern.ts";
