/** The formats of files of labelled texts; `lines` are a label, a space and a text. */
export const FORMATS = ["csv", "tsv", "jsonl", "lines"] as const;

/** A format of files of labelled texts. */
export type TextFormat = typeof FORMATS[number];

/** A row of a file, whatever its format. */
export interface Row {
  /** The text. */
  readonly text: string;
  /** The label, trimmed. */
  readonly label: string;
  /** Where the row begins in the file, from 1. */
  readonly line: number;
}

/** What a format's reader finds. */
export interface Rows {
  /** The rows in their order. */
  readonly rows: readonly Row[];
  /** The column that holds the texts, where the format has columns. */
  readonly textColumn?: string;
  /** The column that holds the labels, where the format has columns. */
  readonly labelColumn?: string;
}

/** Which columns hold what. */
export interface Columns {
  /** Column of the texts: a name, or a number from 1 on where no column has it for a name. */
  readonly textColumn?: string;
  /** Column of the labels, likewise. */
  readonly labelColumn?: string;
}
