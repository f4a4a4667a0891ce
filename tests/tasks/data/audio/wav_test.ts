import { assertEquals, assertThrows } from "@std/assert";
import { readWav, writeWav } from "../../../../tasks/data/audio/mod.ts";
import { assertAllClose } from "../../../support/close.ts";
import { wavFile } from "../../../support/wav_file.ts";

Deno.test("readWav reads integers of 8 to 32 bits and floats, and averages the channels", () => {
  const channels = [[0.5, -0.25, 0], [-1, 0.75, 0.5]];
  const mean = [-0.25, 0.25, 0.25];
  for (const encoding of ["integer 8", "integer 16", "integer 24", "integer 32", "float 32", "float 64"] as const) {
    for (const isExtensible of [false, true]) {
      const { samples, rate } = readWav(wavFile({ channels, rate: 11025, encoding, isExtensible }));
      assertEquals(rate, 11025);
      assertAllClose(samples, mean, { tolerance: 1e-7, name: encoding });
    }
  }
});

Deno.test("readWav reads integers of any number of bits, from the upper end of their bytes", () => {
  const cases = [[12, "integer 16"], [20, "integer 24"], [4, "integer 8"], [24, "integer 24"]] as const;
  for (const [bits, encoding] of cases) {
    const file = wavFile({ channels: [[0.5, -0.25], [0.5, -0.25]], rate: 8000, encoding });
    file[34] = bits;
    for (const blockBytes of [file[32], 0, 1]) {
      file[32] = blockBytes;
      assertEquals([...readWav(file).samples], [0.5, -0.25], `${bits} bits in blocks of ${blockBytes} bytes`);
    }
  }
});

Deno.test("readWav refuses integers of more than 16 bits in blocks that are larger than their bytes", () => {
  for (const bits of [17, 20, 24]) {
    for (const channels of [1, 2]) {
      const file = wavFile({ channels: Array(channels).fill([0.5, -0.25]), rate: 8000, encoding: "integer 24" });
      [file[32], file[34]] = [4 * channels, bits];
      const message = `found integer samples of ${bits} bits in blocks of ${4 * channels} bytes`;
      assertThrows(() => readWav(file), RangeError, message);
    }
  }
  const file = wavFile({ channels: [[0.5, -0.25]], rate: 8000, encoding: "integer 16" });
  file[32] = 4;
  assertEquals([...readWav(file).samples], [0.5, -0.25]);
});

Deno.test("readWav expands samples of the A-law and the mu-law as ffmpeg does", () => {
  const read = (format: number, codes: number[]): number[] => {
    const file = wavFile({ channels: [codes.map(() => 0)], rate: 8000, encoding: "integer 8" });
    file[20] = format;
    file.set(codes, file.length - codes.length);
    return [...readWav(file).samples].map((sample) => sample * 2 ** 15);
  };
  assertEquals(read(6, [0xd5, 0x55, 0x2a, 0xaa, 0x80, 0x35]), [8, -8, -32256, 32256, 5504, -8448]);
  assertEquals(read(7, [0xff, 0x7f, 0x00, 0x80, 0xf0, 0x3a]), [0, 0, -32124, 32124, 120, -2620]);
});

Deno.test("readWav skips other chunks, and takes all samples of a file whose size is unknown", () => {
  const file = wavFile({ channels: [[0.5, 0.25]], rate: 8000, encoding: "float 32", before: "LIST\x03\0\0\0abc\0" });
  assertEquals([...readWav(file).samples], [0.5, 0.25]);
  const unknown = wavFile({ channels: [[0.5, 0.25]], rate: 8000, encoding: "float 32", dataBytes: 0xffffffff });
  assertEquals([...readWav(unknown).samples], [0.5, 0.25]);
  const piped = wavFile({ channels: [[0.5, 0.25]], rate: 8000, encoding: "float 32", dataBytes: 0x7ffff000 });
  assertEquals([...readWav(piped).samples], [0.5, 0.25]);
});

Deno.test("readWav takes what follows samples of size 0 for the samples, unless it is chunks", () => {
  const encoding = "integer 16";
  for (const samples of [[0.5, 0.25], [0, 0, 0, 0, 0], [0.25, 0.5, -0.5, -0.25, 0.25]]) {
    assertEquals([...readWav(wavFile({ channels: [samples], rate: 8000, encoding, dataBytes: 0 })).samples], samples);
  }
  const empty = wavFile({ channels: [[]], rate: 8000, encoding });
  for (const chunks of ["LIST\x04\0\0\0abcd", "id3 \x03\0\0\0abc", "id3 \x03\0\0\0abc\0LIST\x01\0\0\0a\0"]) {
    const file = new Uint8Array([...empty, ...new TextEncoder().encode(chunks)]);
    assertThrows(() => readWav(file), RangeError, "expected a sound of at least 1 sample, found none");
  }
});

Deno.test("readWav reads files whose sizes have 64 bits, up to what follows the samples", () => {
  const sizes = "ds64\x1c\0\0\0" + "\0".repeat(8) + "\x08" + "\0".repeat(7) + "\0".repeat(12);
  for (const name of ["RF64", "BW64"]) {
    const file = wavFile({
      channels: [[0.5, 0.25]],
      ...{ rate: 8000, encoding: "float 32", before: sizes, dataBytes: 0xffffffff },
    });
    const longer = new Uint8Array([...file, ...new TextEncoder().encode("LIST\x04\0\0\0abcd")]);
    longer.set(new TextEncoder().encode(name));
    assertEquals([...readWav(longer).samples], [0.5, 0.25]);
  }
});

Deno.test("readWav says what is wrong with a damaged file", () => {
  const file = wavFile({ channels: [[0.5, 0.25]], rate: 8000, encoding: "integer 16" });
  const refuse = (bytes: Uint8Array, message: string): unknown =>
    assertThrows(() => readWav(bytes), RangeError, message);
  refuse(new Uint8Array(0), "expected a WAV file, found something else");
  refuse(file.subarray(0, 30), "expected a whole header of a WAV file, found the end of the file");
  refuse(file.subarray(0, 40), "expected samples in a WAV file, found its end");
  refuse(file.subarray(0, 46), "expected 4 bytes of samples in a WAV file, found 2");
  refuse(file.subarray(0, 12), "expected a format in a WAV file, found its end");
  refuse(wavFile({ channels: [[]], rate: 8000, encoding: "integer 16" }), "a sound of at least 1 sample, found none");
  refuse(
    wavFile({ channels: [[0]], rate: 0, encoding: "integer 16" }),
    "expected a WAV file with a sampling rate from 100 to 1000000 Hz, found 0",
  );
  refuse(
    wavFile({ channels: [[0]], rate: 1, encoding: "integer 16" }),
    "expected a WAV file with a sampling rate from 100 to 1000000 Hz, found 1",
  );
  refuse(
    wavFile({ channels: [], rate: 8000, encoding: "integer 16" }),
    "expected a WAV file with a channel, found none",
  );
  refuse(
    wavFile({ channels: [[0, NaN]], rate: 8000, encoding: "float 32" }),
    "expected finite samples, found NaN at sample 2",
  );
  const odd = file.slice();
  odd[20] = 17;
  refuse(odd, "or A-law or mu-law samples of 8, found the format 17");
  const long = file.slice();
  long[34] = 40;
  refuse(long, "found integer samples of 40 bits in blocks of 2 bytes");
});

Deno.test("readWav reads what writeWav wrote, to 16 bits and within -1 and 1", () => {
  const exact = [0.5, -0.25, 2 ** -15, -1, 1 - 2 ** -15];
  assertEquals(readWav(writeWav({ samples: Float32Array.from(exact), rate: 22050 })), {
    samples: Float32Array.from(exact),
    rate: 22050,
  });
  const beyond = writeWav({ samples: Float32Array.from([1.5, -3, 0.3]), rate: 8000 });
  assertAllClose(readWav(beyond).samples, [1 - 2 ** -15, -1, 0.3], { tolerance: 2 ** -16, name: "clipped samples" });
  const samples = Float32Array.from([0.5, -0.75]);
  assertEquals(writeWav({ samples, rate: 8000 }), wavFile({ channels: [samples], rate: 8000, encoding: "integer 16" }));
});
