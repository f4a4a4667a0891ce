import * as fs from "node:fs/promises";
import type { FileSystem } from "../../src/formats/mod.ts";

/** Looks at an operation before it runs, and may throw in its place. */
export type Interceptor = (operation: string) => void | Promise<void>;

/** What a process does that is gone: nothing more. */
export class Killed extends Error {}

/** The real file system, with every operation ("rename a b", "write a") shown to `before` first. */
export function intercepted(before: Interceptor): FileSystem {
  return intercept({ ...fs }, before, "");
}

/** A file system that works until its operation number `at`, counted from 0, then stops for good, as if killed. */
export function killedAt(at: number): FileSystem {
  let count = 0;
  return intercepted((operation) => {
    if (count++ >= at) throw new Killed(operation);
  });
}

/** A file system whose operation number `at`, counted from 0, fails with this code; every other one works. */
export function failingAt(at: number, code: string, message: string): FileSystem {
  let count = 0;
  return intercepted((operation) => {
    if (count++ === at) throw systemError(code, message, operation);
  });
}

/** A file system that can be read and not written. */
export function readOnly(): FileSystem {
  return intercepted((operation) => {
    if (/^(mkdir|rename|rm|rmdir|write) /.test(operation)) {
      throw systemError("EROFS", "read-only file system", operation);
    }
  });
}

/** A file system that writes at most half of what it is given, and says so. */
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
        // A process that is killed leaves no open file behind, so closing always works.
        if (key === "close") return await method.apply(target, args);
        const paths = path === "" ? args.filter((arg) => typeof arg === "string") : [path];
        try {
          await before([key, ...paths].join(" "));
        } catch (error) {
          // A write that fails has often written something.
          if (key === "write") await method.apply(target, [args[0], args[1], Math.floor(Number(args[2]) / 2)]);
          throw error;
        }
        const result = await method.apply(target, args);
        return key === "open" ? intercept(result, before, String(args[0])) : result;
      };
    },
  });
}
