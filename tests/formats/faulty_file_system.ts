import * as fs from "node:fs/promises";
import type { FileSystem } from "../../src/formats/mod.ts";

/** Called before each operation; may throw instead of letting it run. */
export type Interceptor = (operation: string) => void | Promise<void>;

/** Thrown by every operation after a simulated kill. */
export class Killed extends Error {}

/** Wraps the real file system and calls `before` with every operation ("rename a b", "write a"). */
export function intercepted(before: Interceptor): FileSystem {
  return intercept({ ...fs }, before, "");
}

/** Whether an operation changes nothing: a kill before it leaves the same files as one before the next operation. */
export function isLook(operation: string): boolean {
  return /^(?:lstat|stat|readdir) /.test(operation);
}

/**
 * Makes a file system that stops for good at operation number `at`, counted from 0 without those that only look, as if
 * the process was killed.
 */
export function killedAt(at: number): FileSystem {
  let count = 0;
  return intercepted((operation) => {
    if (count >= at) throw new Killed(operation);
    if (!isLook(operation)) count++;
  });
}

/** Makes a file system in which only operation number `at`, counted from 0, fails with the given code. */
export function failingAt(at: number, code: string, message: string): FileSystem {
  let count = 0;
  return intercepted((operation) => {
    if (count++ === at) throw systemError(code, message, operation);
  });
}

/** Makes a file system whose writes are short: at most half of the data, as the result says. */
export function writingHalves(): FileSystem {
  const open = async (...args: Parameters<typeof fs.open>): Promise<fs.FileHandle> => {
    const handle = await fs.open(...args);
    const write = (bytes: Uint8Array, offset: number, length: number) =>
      handle.write(bytes, offset, Math.ceil(length / 2));
    return new Proxy(handle, {
      get: (_, key) => {
        const member: unknown = key === "write" ? write : Reflect.get(handle, key);
        return typeof member === "function" ? member.bind(handle) : member;
      },
    });
  };
  return { ...fs, open };
}

function systemError(code: string, message: string, operation: string): Error {
  const [call, path] = operation.split(" ");
  return Object.assign(new Error(`${code}: ${message}, ${call} '${path}'`), { code });
}

function intercept<T extends object>(target: T, before: Interceptor, path: string): T {
  return new Proxy(target, {
    get(_, key) {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== "function") return method;
      return async (...args: unknown[]): Promise<unknown> => {
        // The system closes the files of a killed process, so closing always works.
        if (key === "close") return await method.apply(target, args);
        const paths = path === "" ? args.filter((arg) => typeof arg === "string") : [path];
        try {
          await before([key, ...paths].join(" "));
        } catch (error) {
          // A failed write may have written part of its data.
          if (key === "write") await method.apply(target, [args[0], args[1], Math.floor(Number(args[2]) / 2)]);
          throw error;
        }
        const result = await method.apply(target, args);
        return key === "open" ? intercept(result, before, String(args[0])) : result;
      };
    },
  });
}
