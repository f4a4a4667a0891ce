import type { AlignedText } from "../aligned_text.ts";
import { CharacterClasses } from "../character_classes.ts";
import type { PreTokenizer } from "./pre_tokenizer.ts";

/** The scripts of Unicode 9, as in SentencePiece; characters of later scripts stay with the text before them. */
const SCRIPTS = `
  Common Inherited Latin Greek Cyrillic Armenian Hebrew Arabic Syriac Thaana Nko Samaritan Mandaic Devanagari Bengali
  Gurmukhi Gujarati Oriya Tamil Telugu Kannada Malayalam Sinhala Thai Lao Tibetan Myanmar Georgian Hangul Ethiopic
  Cherokee Canadian_Aboriginal Ogham Runic Tagalog Hanunoo Buhid Tagbanwa Khmer Mongolian Limbu Tai_Le New_Tai_Lue
  Buginese Tai_Tham Balinese Sundanese Batak Lepcha Ol_Chiki Glagolitic Coptic Tifinagh Bopomofo Yi Lisu Vai Bamum
  Syloti_Nagri Phags_Pa Saurashtra Kayah_Li Rejang Javanese Cham Tai_Viet Meetei_Mayek Braille Linear_A Linear_B
  Lycian Carian Old_Italic Gothic Old_Permic Ugaritic Old_Persian Deseret Shavian Osmanya Osage Elbasan
  Caucasian_Albanian Cypriot Imperial_Aramaic Palmyrene Nabataean Hatran Phoenician Lydian Meroitic_Hieroglyphs
  Meroitic_Cursive Kharoshthi Old_South_Arabian Old_North_Arabian Manichaean Avestan Inscriptional_Parthian
  Inscriptional_Pahlavi Psalter_Pahlavi Old_Turkic Old_Hungarian Brahmi Kaithi Sora_Sompeng Chakma Mahajani Sharada
  Khojki Multani Khudawadi Grantha Newa Tirhuta Siddham Modi Takri Ahom Warang_Citi Pau_Cin_Hau Bhaiksuki Marchen
  Cuneiform Egyptian_Hieroglyphs Anatolian_Hieroglyphs Mro Bassa_Vah Pahawh_Hmong Miao Tangut Duployan SignWriting
  Mende_Kikakui Adlam
`.trim().split(/\s+/);

/** The highest class that joins any script: 0 is no script, 1 the space. */
const JOINS_ANY_SCRIPT = 1;

const CLASSES = new CharacterClasses([
  " ",
  "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\u30fc",
  ...SCRIPTS.map((script) => `\\p{Script=${script}}`),
]);

/**
 * Splits where the script changes. Han, Hiragana and Katakana count as one script. A space belongs to the script before
 * it; spaces at the start of the text are removed.
 *
 * @example Split Latin from Japanese
 * ```ts
 * import { AlignedText, preTokenizers } from "@elman/elman/tokenizers";
 * import { assertEquals } from "@std/assert";
 *
 * const pieces = new preTokenizers.UnicodeScripts().split(AlignedText.of("Apples are りんご 林檎。"));
 * assertEquals(pieces.map((piece) => piece.text), ["Apples are ", "りんご 林檎", "。"]);
 * ```
 */
export class UnicodeScripts implements PreTokenizer {
  /** Always false. */
  readonly cutsBeforeSpaces = false;

  /** Reads the pre-tokenizer from a `tokenizer.json`; it has no settings. */
  static fromJSON(): UnicodeScripts {
    return new UnicodeScripts();
  }

  /** Splits a text into pieces of one script each. */
  split(text: AlignedText): AlignedText[] {
    const pieces: AlignedText[] = [];
    let script = JOINS_ANY_SCRIPT;
    let start = 0;
    for (let at = 0; at < text.length;) {
      const kind = CLASSES.of(text.text.codePointAt(at)!);
      if (kind > JOINS_ANY_SCRIPT && kind !== script) {
        if (script > JOINS_ANY_SCRIPT) pieces.push(text.slice(start, at));
        script = kind;
        start = at;
      }
      at = CLASSES.runEnd(text.text, at, kind);
    }
    if (script > JOINS_ANY_SCRIPT) pieces.push(text.slice(start));
    return pieces;
  }

  /** Converts this part to its `tokenizer.json` form. */
  toJSON(): unknown {
    return { type: "UnicodeScripts" };
  }
}
