/** A language, as the encodings of its texts show it. */
export interface Language {
  /** Encodings in which such texts are stored, by `TextDecoder`'s names. */
  readonly encodings: readonly string[];
  /** Letters that are not ASCII, the most frequent ones first. */
  readonly letters: string;
  /** Whether words have ASCII letters too, as in the Latin script. */
  readonly isLatin?: boolean;
  /** More letters, which are less typical. */
  readonly others?: RegExp;
}

const WESTERN = ["windows-1252", "macintosh", "iso-8859-15"];
const CENTRAL = ["windows-1250", "iso-8859-2"];
const BALTIC = ["windows-1257"];
const GREEK = ["windows-1253", "iso-8859-7"];
const CYRILLIC = ["windows-1251", "iso-8859-5", "x-mac-cyrillic"];
const RUSSIAN = ["windows-1251", "koi8-r", "ibm866", "iso-8859-5", "x-mac-cyrillic", "koi8-u"];

const KANA = "のにはたいをてとしがでなかるれまさっもこうりすらくあきんよつだけおどえそわやせちみめろごばじげびぎべ";

const SIMPLIFIED =
  "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种" +
  "事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日者意无力它与长把机十民第公" +
  "此已工使情明性知全三又关点正业外将两高间由问很最重并物手应向头文体美相见被利什二等产或新己身果加西月话合回特代内信" +
  "表化老给世位次度门常先海通教儿东声提立及比员解水名真论处走各入几口认条平气题活更别打女变四总何电数安少报才结反受目" +
  "太量再感建做接必场件计管期市直山许保社空书非听白却光放难思完色路记南品住告求北边死张交万望今让识带运早晚朋友春夏秋冬雨";

const TRADITIONAL =
  "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種" +
  "事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日者意無力它與長把機十民第公" +
  "此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應向頭文體美相見被利什二等產或新己身果加西月話合回特代內信" +
  "表化老給世位次度門常先海通教兒東聲提立及比員解水名真論處走各入幾口認條平氣題活更別打女變四總何電數安少報才結反受目" +
  "太量再感建做接必場件計管期市直山許保社空書非聽白卻光放難思完色路記南品住告求北邊死張交萬望今讓識帶運早晚朋友春夏秋冬雨";

const HANGUL =
  "이다는의에고을가하지은로기를한사시어도그나인자대리아과서해라들있게었수부일정스보만안장제조여세전무주구상동우것저원소모선" +
  "와내비신미국으니마러계거면화오습요없않때던될할합했함음간물생당학교공경성관용연작방진영유위명식물날람집길책밤말";

/** The languages by which encodings are recognized. The first one is preferred if several fit as well. */
export const LANGUAGES: readonly Language[] = [
  { encodings: WESTERN, isLatin: true, letters: "éèàêçôùîâûëœïüæÿ" },
  { encodings: WESTERN, isLatin: true, letters: "üäößé" },
  { encodings: WESTERN, isLatin: true, letters: "óíáéñú¿¡ü" },
  { encodings: WESTERN, isLatin: true, letters: "ãçáéóêíõúâôàª" },
  { encodings: WESTERN, isLatin: true, letters: "èàòùéì" },
  { encodings: WESTERN, isLatin: true, letters: "äåöé" },
  { encodings: WESTERN, isLatin: true, letters: "åøæéò" },
  { encodings: WESTERN, isLatin: true, letters: "ëéïöèü" },
  { encodings: WESTERN, isLatin: true, letters: "íáðéóöúþæý" },
  { encodings: CENTRAL, isLatin: true, letters: "łąężóśćńź" },
  { encodings: CENTRAL, isLatin: true, letters: "íáéěřčýžšůúňťóď" },
  { encodings: CENTRAL, isLatin: true, letters: "áíéýčžšúľťôňóäďĺŕ" },
  { encodings: CENTRAL, isLatin: true, letters: "áéöóőüíúű" },
  { encodings: CENTRAL, isLatin: true, letters: "ăîşţâ" },
  { encodings: CENTRAL, isLatin: true, letters: "čšžćđ" },
  { encodings: BALTIC, isLatin: true, letters: "ėšųžįčūąę" },
  { encodings: BALTIC, isLatin: true, letters: "āīēšūņļģčķž" },
  { encodings: BALTIC, isLatin: true, letters: "äõüöšž" },
  { encodings: ["windows-1254"], isLatin: true, letters: "ıüşğçöâİîû" },
  { encodings: ["windows-1258"], isLatin: true, letters: "\u0301\u0300\u0323đưôơêâ\u0309ă\u0303áàéèíìóòúùýãõ" },
  { encodings: RUSSIAN, letters: "оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфёъ" },
  { encodings: CYRILLIC.concat("koi8-u"), letters: "оанивітерслкудмпзяьбгйчхцїжюшщєфґ" },
  { encodings: CYRILLIC.concat("koi8-r"), letters: "аиоентрсвлкдпмзбгъщуячцжхйшфю" },
  { encodings: CYRILLIC, letters: "аиоенртсвјудклпмзгбшчцњхжљћђф" },
  { encodings: CYRILLIC, letters: "аніеырсоялдтукмвпгзьўбчйцхшжюёэф" },
  { encodings: GREEK, letters: "αοιετσνηυρπκμλςίάωόθέγδήχφύώξβζψϊΐϋ" },
  { encodings: ["windows-1255", "iso-8859-8"], letters: "יוהלאברתשמנםעדקחפסטגזכןצךףץ" },
  { encodings: ["windows-1256", "iso-8859-6"], letters: "اليمنوترهبدعسفكقحةأجىشصطخذضثءغإزئظؤآ" },
  { encodings: ["windows-1256"], letters: "ايردنهموتبشسكزگقفخلپعجآحچصطضغذثظژئ" },
  { encodings: ["windows-874"], letters: "านรอ่กเ้งมยีลิวัดทสตะปบคหแ็จพ์ชุขใไูืโผำซถึณศธภษฐญฟๆฎฮ" },
  { encodings: ["shift_jis", "euc-jp"], letters: KANA, others: /[\u3041-\u30fe\p{Script=Han}]/u },
  { encodings: ["gb18030"], letters: SIMPLIFIED, others: /\p{Script=Han}/u },
  { encodings: ["big5", "gb18030"], letters: TRADITIONAL, others: /\p{Script=Han}/u },
  { encodings: ["euc-kr"], letters: HANGUL, others: /\p{Script=Hangul}/u },
];
