import path from "node:path";

/**
 * Whether a path is that of a directory or of something in it. `system` knows how paths are written. Default: as on
 * this system.
 */
export function isInside(place: string, directory: string, system: typeof path = path): boolean {
  const way = system.relative(directory, place);
  // On Windows, a way to another drive is absolute.
  return way.split(system.sep)[0] !== ".." && !system.isAbsolute(way);
}
