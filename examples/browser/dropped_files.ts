/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** A dropped item; some browsers give handles, others entries. */
interface Item {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
  webkitGetAsEntry?(): FileSystemEntry | null;
  getAsFile(): File | null;
}

/** Lists the dropped files, and those directly in dropped folders. Call it in the handler of the drop itself. */
export async function droppedFiles({ items }: DataTransfer): Promise<File[]> {
  const found = [...items].filter(({ kind }) => kind === "file").map((item) => filesOf(item as Item));
  return (await Promise.all(found)).flat();
}

async function filesOf(item: Item): Promise<File[]> {
  // Pages that are opened as files cannot read entries, so handles come first.
  const [entry, file] = [item.webkitGetAsEntry?.(), item.getAsFile()];
  const handle = await item.getAsFileSystemHandle?.();
  if (handle?.kind === "directory") return await filesInHandle(handle as FileSystemDirectoryHandle);
  if (!handle && entry?.isDirectory) return await filesInEntry(entry as FileSystemDirectoryEntry);
  return file ? [file] : [];
}

async function filesInHandle(directory: FileSystemDirectoryHandle): Promise<File[]> {
  const files: File[] = [];
  const handles = (directory as unknown as { values(): AsyncIterable<FileSystemHandle> }).values();
  for await (const handle of handles) {
    if (handle.kind === "file") files.push(await (handle as FileSystemFileHandle).getFile());
  }
  return files;
}

async function filesInEntry(directory: FileSystemDirectoryEntry): Promise<File[]> {
  const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => {
    directory.createReader().readEntries(resolve, reject);
  });
  const files = entries.filter(({ isFile }) => isFile).map((entry) =>
    new Promise<File>((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject))
  );
  return await Promise.all(files);
}
