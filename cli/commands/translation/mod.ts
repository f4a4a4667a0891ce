/**
 * The commands of translation: they train, translate, measure and compare. This folder is the command line's; it must not be imported by the library.
 * @module
 */
export { evaluateTranslator } from "./evaluate.ts";
export { scoreCommand } from "./score.ts";
export { SEARCH_OPTIONS } from "./search_options.ts";
export { trainTranslationCommand } from "./train.ts";
export { translateCommand } from "./translate.ts";
