/** A kind of file, recognized by its first bytes whatever its name is. */
export type FileKind = "safetensors" | "pytorch" | "zip" | "hdf5" | "json" | "onnx" | "pickle" | "other";

/** A kind of file, and what a message calls it. */
interface FileFacts {
  readonly kind: FileKind;
  /** With an article, such as "a NumPy array". */
  readonly noun: string;
}

/** Number of bytes that `fileFacts` looks at. */
export const FIRST_BYTES = 512;

/** The place of the signature of a tar archive. */
const TAR = 257;

/** Beginnings of files, the longer before the shorter. */
const BEGINNINGS: readonly (FileFacts & { readonly bytes: readonly number[] })[] = [
  { kind: "zip", noun: "a zip archive", bytes: [0x50, 0x4b, 0x03, 0x04] },
  { kind: "hdf5", noun: "an HDF5 file", bytes: [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a] },
  {
    kind: "pytorch",
    noun: "a PyTorch file of the legacy format",
    bytes: [0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e],
  },
  { kind: "pickle", noun: "a Python pickle that torch.save did not write", bytes: [0x80, 0x02] },
  { kind: "pickle", noun: "a Python pickle that torch.save did not write", bytes: [0x80, 0x03] },
  { kind: "pickle", noun: "a Python pickle that torch.save did not write", bytes: [0x80, 0x04] },
  { kind: "pickle", noun: "a Python pickle that torch.save did not write", bytes: [0x80, 0x05] },
  { kind: "other", noun: "a NumPy array", bytes: [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] },
  { kind: "other", noun: "a gzip file", bytes: [0x1f, 0x8b] },
  { kind: "other", noun: "a GGUF file", bytes: [0x47, 0x47, 0x55, 0x46] },
  { kind: "other", noun: "a bzip2 file", bytes: [0x42, 0x5a, 0x68] },
  { kind: "other", noun: "an xz file", bytes: [0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00] },
  { kind: "other", noun: "a Zstandard file", bytes: [0x28, 0xb5, 0x2f, 0xfd] },
  { kind: "other", noun: "a 7z archive", bytes: [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c] },
  { kind: "other", noun: "a TensorFlow Lite file", bytes: [0x1c, 0x00, 0x00, 0x00, 0x54, 0x46, 0x4c, 0x33] },
  // The field of the version as in ONNX, but of version 1, followed by a graph.
  { kind: "other", noun: "a SavedModel of TensorFlow", bytes: [0x08, 0x01, 0x12] },
];

/** Beginnings of texts. */
const TEXTS: readonly (FileFacts & { readonly pattern: RegExp })[] = [
  {
    kind: "other",
    noun: "a pointer of Git LFS in place of the file, which git lfs pull fetches",
    pattern: /^version https:\/\/git-lfs\./,
  },
  { kind: "json", noun: "a JSON file", pattern: /^[\s\ufeff]*\{/ },
  { kind: "other", noun: "an HTML page", pattern: /^\s*<(?:!doctype html|html|head)\b/i },
  { kind: "other", noun: "a text file", pattern: /^[\t\n\r\x20-\x7e]+$/ },
];

/** The first byte of an ONNX file, the field of its version, and the fields that may follow that. */
const [ONNX_VERSION, ONNX_NEXT] = [0x08, [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42]];

/** Largest header of a safetensors file in bytes. */
const MOST_HEADER = 100_000_000;

/** Recognizes a file by its first bytes, of which there should be 512 or all. */
export function fileFacts(bytes: Uint8Array): FileFacts {
  // First, since it begins with a length, which may have the bytes of another beginning: 640 has those of a pickle.
  if (isSafetensors(bytes)) return { kind: "safetensors", noun: "a safetensors file" };
  const known = BEGINNINGS.find(({ bytes: beginning }) => beginning.every((byte, i) => bytes[i] === byte));
  if (known) return known;
  if (bytes.length === 0) return { kind: "other", noun: "an empty file" };
  if (bytes[0] === ONNX_VERSION && bytes[1] < 0x20 && ONNX_NEXT.includes(bytes[2])) {
    return { kind: "onnx", noun: "an ONNX file" };
  }
  const text = new TextDecoder().decode(bytes.slice(0, FIRST_BYTES));
  if (text.startsWith("ustar", TAR)) return { kind: "other", noun: "a tar archive" };
  return TEXTS.find(({ pattern }) => pattern.test(text)) ?? { kind: "other", noun: "another file" };
}

function isSafetensors(bytes: Uint8Array): boolean {
  if (bytes.length < 9 || bytes[8] !== 0x7b) return false;
  return new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true) <= MOST_HEADER;
}
