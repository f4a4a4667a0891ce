import type { Host } from "../../tasks/task_model/mod.ts";
import { clearCount, countReporter, startProgram } from "../terminal/mod.ts";

/**
 * Runs a function with the abilities that a program may use while it reads data. Unless `isQuiet`, it shows how much
 * has been read, if that takes seconds.
 */
export async function whileReading<T>(
  isQuiet: boolean | undefined,
  read: (host: Host) => Promise<T>,
): Promise<T> {
  if (isQuiet) return await read({ startProgram });
  try {
    return await read({ startProgram, progress: countReporter() });
  } finally {
    clearCount();
  }
}
