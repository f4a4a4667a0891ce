/** Five lines in a language, and the encodings in which such texts were stored. */
export interface Sample {
  readonly encodings: readonly string[];
  readonly lines: readonly string[];
}

/** Texts in the languages that the encodings were made for. */
export const SAMPLES: Readonly<Record<string, Sample>> = {
  French: {
    encodings: ["windows-1252", "macintosh", "iso-8859-15"],
    lines: [
      "La fenêtre était ouverte et l'été entrait dans la pièce.",
      "Où as-tu trouvé cette vieille clé ?",
      "Le garçon a mangé un gâteau à la crème.",
      "Nous avons voyagé jusqu'à la frontière sans dire un mot.",
      "Cœur léger, elle a répété la leçon très tôt.",
    ],
  },
  German: {
    encodings: ["windows-1252", "macintosh", "iso-8859-15"],
    lines: [
      "Die Bücher liegen auf dem großen Tisch in der Küche.",
      "Wir müssen früh aufstehen, weil der Zug um fünf fährt.",
      "Über den Dächern hört man die Vögel.",
      "Das Mädchen läuft schnell durch die Straße.",
      "Er möchte heute Abend für seine Gäste kochen.",
    ],
  },
  Spanish: {
    encodings: ["windows-1252", "macintosh"],
    lines: [
      "El niño comió una manzana después de la lección.",
      "¿Dónde está la estación de autobuses?",
      "Mañana iremos al jardín con la señora Muñoz.",
      "El avión llegó más tarde de lo que pensábamos.",
      "¡Qué difícil es recordar aquella canción!",
    ],
  },
  Portuguese: {
    encodings: ["windows-1252", "macintosh"],
    lines: [
      "Amanhã não vamos à escola porque é feriado.",
      "A canção começou quando a luz já estava apagada.",
      "O avô contou histórias do sertão às crianças.",
      "Você tem razão, mas a solução é difícil.",
      "Os pães estão em cima do fogão.",
    ],
  },
  Swedish: {
    encodings: ["windows-1252", "macintosh"],
    lines: [
      "Vi åker till sjön på lördag om vädret är fint.",
      "Hon köpte en röd jacka åt sin äldre bror.",
      "Många människor väntade på tåget.",
      "Det är svårt att höra vad han säger.",
      "Efter middagen gick vi över gatan för att köpa bröd.",
    ],
  },
  "English with signs": {
    encodings: ["windows-1252", "macintosh"],
    lines: [
      "The caf\u00e9 on the corner doesn\u2019t open before nine.",
      "\u201cI never said that,\u201d she answered \u2013 and smiled.",
      "It\u2019s a na\u00efve idea, but it\u2019s ours.",
      "His r\u00e9sum\u00e9 didn\u2019t mention the year in Z\u00fcrich.",
      "We\u2019re late; they\u2019ve gone to the fa\u00e7ade.",
    ],
  },
  Polish: {
    encodings: ["windows-1250", "iso-8859-2"],
    lines: [
      "Wczoraj wieczorem poszliśmy na długi spacer nad rzekę.",
      "Dziecko śpi, więc proszę mówić ciszej.",
      "Czy możesz mi pożyczyć tę książkę?",
      "W październiku liście są żółte i czerwone.",
      "Zwierzęta boją się głośnych dźwięków.",
    ],
  },
  Czech: {
    encodings: ["windows-1250", "iso-8859-2"],
    lines: [
      "Včera večer jsme šli na dlouhou procházku k řece.",
      "Dítě spí, proto prosím mluvte tišeji.",
      "Můžeš mi půjčit tu knihu o zvířatech?",
      "V říjnu jsou listy žluté a červené.",
      "Příští týden přijede můj bratr z Brna.",
    ],
  },
  Hungarian: {
    encodings: ["windows-1250", "iso-8859-2"],
    lines: [
      "Tegnap este hosszú sétát tettünk a folyó mellett.",
      "A gyerek alszik, ezért kérem, beszéljenek halkabban.",
      "Kölcsön tudod adni azt a könyvet?",
      "Októberben sárgák és vörösek a levelek az erdőben.",
      "Az idős férfi minden reggel újságot vesz, és gyűrűt visel.",
    ],
  },
  Russian: {
    encodings: ["windows-1251", "koi8-r", "ibm866", "iso-8859-5", "x-mac-cyrillic"],
    lines: [
      "Вчера вечером мы долго гуляли вдоль реки.",
      "Ребёнок спит, поэтому говорите тише.",
      "Ты можешь дать мне эту книгу?",
      "В октябре листья становятся жёлтыми и красными.",
      "ВНИМАНИЕ: поезд прибывает на вторую платформу.",
    ],
  },
  "Russian with English": {
    encodings: ["windows-1251", "koi8-r", "ibm866"],
    lines: [
      "The word хлеб means bread, and молоко means milk in Russian.",
      "Install the package and run npm start, затем откройте браузер.",
      "The quick brown fox jumps over the lazy dog: ленивая собака.",
      "See section 3.2 of the manual (раздел 3.2) for more details about this option.",
      "Version 2.0 released: исправлены ошибки in the parser and the command line.",
    ],
  },
  Ukrainian: {
    encodings: ["windows-1251", "koi8-u", "x-mac-cyrillic"],
    lines: [
      "Учора ввечері ми довго гуляли біля річки.",
      "Дитина спить, тому говоріть тихіше.",
      "Чи можеш ти дати мені цю книжку?",
      "У жовтні листя стає жовтим і червоним.",
      "Наступного тижня приїде мій брат із Києва.",
    ],
  },
  Bulgarian: {
    encodings: ["windows-1251"],
    lines: [
      "Снощи дълго се разхождахме край реката.",
      "Детето спи, затова говорете по-тихо.",
      "Можеш ли да ми дадеш тази книга?",
      "През октомври листата стават жълти и червени.",
      "Следващата седмица ще дойде брат ми от Пловдив.",
    ],
  },
  Greek: {
    encodings: ["windows-1253", "iso-8859-7"],
    lines: [
      "Χθες το βράδυ περπατήσαμε πολύ δίπλα στο ποτάμι.",
      "Το παιδί κοιμάται, γι' αυτό μιλάτε σιγά.",
      "Μπορείς να μου δώσεις αυτό το βιβλίο;",
      "Τον Οκτώβριο τα φύλλα γίνονται κίτρινα και κόκκινα.",
      "Την άλλη εβδομάδα θα έρθει ο αδελφός μου.",
    ],
  },
  Turkish: {
    encodings: ["windows-1254"],
    lines: [
      "Dün akşam nehrin kıyısında uzun bir yürüyüş yaptık.",
      "Çocuk uyuyor, lütfen daha alçak sesle konuşun.",
      "Bana şu kitabı ödünç verebilir misin?",
      "Ekim ayında yapraklar sarı ve kırmızı olur.",
      "Gelecek hafta kardeşim İzmir'den dönüyor.",
    ],
  },
  Hebrew: {
    encodings: ["windows-1255", "iso-8859-8"],
    lines: [
      "אתמול בערב טיילנו זמן רב ליד הנהר.",
      "הילד ישן, לכן דברו בשקט בבקשה.",
      "האם אתה יכול לתת לי את הספר הזה?",
      "באוקטובר העלים נעשים צהובים ואדומים.",
      "בשבוע הבא יבוא אחי מחיפה.",
    ],
  },
  Arabic: {
    encodings: ["windows-1256", "iso-8859-6"],
    lines: [
      "مشينا مساء أمس طويلا على ضفة النهر.",
      "الطفل نائم لذلك تكلموا بصوت منخفض.",
      "هل يمكنك أن تعطيني هذا الكتاب؟",
      "في الخريف تصبح الأوراق صفراء وحمراء.",
      "سيصل أخي من القاهرة في الأسبوع القادم.",
    ],
  },
  Lithuanian: {
    encodings: ["windows-1257"],
    lines: [
      "Vakar vakare ilgai vaikščiojome palei upę.",
      "Vaikas miega, todėl kalbėkite tyliau.",
      "Ar gali man paskolinti šią knygą?",
      "Spalį lapai tampa geltoni, o žmonės šąla.",
      "Kitą savaitę atvažiuos mano brolis iš Šiaulių.",
    ],
  },
  Latvian: {
    encodings: ["windows-1257"],
    lines: [
      "Vakar vakarā mēs ilgi staigājām gar upi.",
      "Bērns guļ, tāpēc runājiet klusāk.",
      "Vai tu vari man aizdot šo grāmatu?",
      "Oktobrī lapas kļūst dzeltenas un sarkanas.",
      "Nākamajā nedēļā atbrauks mans brālis no Rīgas.",
    ],
  },
  Vietnamese: {
    encodings: ["windows-1258"],
    lines: [
      "Tôi đi học bằng xe đạp mỗi ngày.",
      "Hôm qua trời mưa rất to ở Hà Nội.",
      "Bạn có thể cho tôi mượn quyển sách này không?",
      "Mùa thu lá vàng rơi đầy trên đường phố.",
      "Tuần sau em trai tôi sẽ về thăm gia đình.",
    ],
  },
  Thai: {
    encodings: ["windows-874"],
    lines: [
      "เมื่อคืนนี้เราเดินเล่นริมแม่น้ำนานมาก",
      "เด็กกำลังนอนหลับ กรุณาพูดเบาๆ",
      "คุณให้ฉันยืมหนังสือเล่มนี้ได้ไหม",
      "ในฤดูหนาวอากาศเย็นสบายดี",
      "สัปดาห์หน้าน้องชายของฉันจะกลับมาจากเชียงใหม่",
    ],
  },
  Japanese: {
    encodings: ["shift_jis", "euc-jp"],
    lines: [
      "昨日の夜、川のそばを長い間歩きました。",
      "子供が寝ているので、静かに話してください。",
      "東京駅前で新型バスを発表した会社の株価が上昇。",
      "秋になると、葉が黄色や赤に変わります。",
      "来週、弟が大阪から電車で帰ってきます。",
    ],
  },
  "Simplified Chinese": {
    encodings: ["gb18030"],
    lines: [
      "昨天晚上我们在河边散步了很久。",
      "孩子在睡觉，请小声说话。",
      "你能把这本书借给我吗？",
      "到了十月，树叶变得又黄又红。",
      "下个星期我弟弟要从上海坐火车回来。",
    ],
  },
  "Traditional Chinese": {
    encodings: ["big5", "gb18030"],
    lines: [
      "昨天晚上我們在河邊散步了很久。",
      "孩子在睡覺，請小聲說話。",
      "你能把這本書借給我嗎？",
      "到了十月，樹葉變得又黃又紅。",
      "下個星期我弟弟要從臺北坐火車回來。",
    ],
  },
  Korean: {
    encodings: ["euc-kr"],
    lines: [
      "어제 저녁에 우리는 강가를 오래 걸었습니다.",
      "아이가 자고 있으니 조용히 말해 주세요.",
      "이 책을 저에게 빌려줄 수 있나요?",
      "시월이 되면 나뭇잎이 노랗고 빨갛게 변합니다.",
      "다음 주에 동생이 부산에서 기차를 타고 돌아옵니다.",
    ],
  },
};

/** English sentences with typographic signs. */
export const ENGLISH: readonly string[] = [
  "He said, “Don’t wait for me – I’ll be late.”",
  "The children’s books cost £5 each…",
  "“We can’t,” she said—and left.",
  "It’s 20°C outside, and it’s only May.",
  "The ‘old’ way isn’t the best way.",
  "You’ve won €100; they’re happy.",
  "Microsoft® Windows™ is a trademark.",
  "© 2004 The Company. All rights reserved.",
  "Add 1½ cups of flour and ¼ cup of sugar.",
  "The room is 3×4 metres – that’s small.",
  "First point • second point • third point.",
  "See § 4 of the act, 1990–1995.",
  "I’d rather not…",
  "That’s a good idea, isn’t it?",
  "The dogs’ tails wagged.",
  "‘Tis the season – or so they’d say.",
  "He’s the world’s best cook.",
  "“Why?” “Because.”",
  "Prices from ¥500 to ¥900.",
  "The temperature is 5 ±2 degrees.",
  "She was born in the late ’60s.",
  "The film’s plot — such as it is — doesn’t hold.",
  "A lone\u00a0space, and 10\u00a0kg of it.",
  "The café – the one on the corner – doesn’t open.",
  "It’s a good film and I didn’t mind",
  "don’t can’t won’t",
];

/** Single words and signs of Western languages. */
export const WORDS: readonly string[] = [
  ..."café élève garçon hôtel naïve voilà Noël forêt Bücher Mädchen für schön Straße Über Österreich".split(" "),
  ..."mañana señor comió canción también difícil Muñoz città perché Zürich Brontë".split(" "),
  ..."– … € £5 €5 5€ ™ Java™ • © ® ° 20° ½ 3½ × 3×4 “yes” ‘no’ isn’t a\u00a0b \u00a0 l’été".split(" "),
];
