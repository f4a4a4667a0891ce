/** Height and width of pictures. */
export type PictureSize = readonly [height: number, width: number];

/** How pictures are moved. */
export interface PictureMove {
  /** Factor of their size. */
  readonly size: number;
  /** Pixels by which they move down. */
  readonly down: number;
  /** Pixels by which they move to the right. */
  readonly right: number;
}

/** Enlarges pictures about their center and shifts them, in place; beyond their edges, the edges continue. */
export function movePictures(
  frames: Float32Array,
  [height, width]: PictureSize,
  { size, down, right }: PictureMove,
): void {
  const rows = placesOf(height, size, down);
  const columns = placesOf(width, size, right);
  const moved = new Float32Array(height * width);
  for (let at = 0; at < frames.length; at += moved.length) {
    for (let y = 0; y < height; y++) {
      const [top, bottom, v] = rows[y];
      for (let x = 0; x < width; x++) {
        const [left, next, u] = columns[x];
        const above = frames[at + top * width + left] * (1 - u) + frames[at + top * width + next] * u;
        const below = frames[at + bottom * width + left] * (1 - u) + frames[at + bottom * width + next] * u;
        moved[y * width + x] = above * (1 - v) + below * v;
      }
    }
    frames.set(moved, at);
  }
}

/** Returns the two places between which each place along a side comes from, and the share of the second. */
function placesOf(length: number, size: number, shift: number): [first: number, second: number, share: number][] {
  const middle = (length - 1) / 2;
  return Array.from({ length }, (_, i) => {
    const place = Math.min(length - 1, Math.max(0, (i - middle - shift) / size + middle));
    const first = Math.floor(place);
    return [first, Math.min(first + 1, length - 1), place - first];
  });
}

/**
 * Returns the move that brings what a picture shows to the middle. The background is as bright as the median of the
 * pixels along the edges, and each pixel weighs as much as it differs from that. A picture of one brightness stays.
 */
export function moveToMiddle(picture: Float32Array, [height, width]: PictureSize): PictureMove {
  const edges = picture.filter((_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    return row === 0 || row === height - 1 || column === 0 || column === width - 1;
  }).sort();
  const background = edges[edges.length >> 1];
  let [sum, rows, columns] = [0, 0, 0];
  for (let y = 0, at = 0; y < height; y++) {
    for (let x = 0; x < width; x++, at++) {
      const weight = Math.abs(picture[at] - background);
      sum += weight;
      rows += weight * y;
      columns += weight * x;
    }
  }
  if (sum === 0) return { size: 1, down: 0, right: 0 };
  return { size: 1, down: (height - 1) / 2 - rows / sum, right: (width - 1) / 2 - columns / sum };
}
