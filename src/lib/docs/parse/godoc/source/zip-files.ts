import { buffer } from 'node:stream/consumers';
import { type Entry, fromBufferPromise, type ZipFile } from 'yauzl';
import { ParseFailure } from '../../parse-failure.ts';

/** What an archive may hold at most. Those of Go modules may have 500 MiB unpacked: golang.org/x/mod/zip, MaxZipFile. */
export interface ZipLimits {
  readonly entries: number;
  /** Bytes of one file unpacked. */
  readonly fileBytes: number;
  /** Bytes of all files unpacked. */
  readonly totalBytes: number;
  /** Bytes unpacked for a byte packed, over the whole archive. */
  readonly ratio: number;
}

export const MODULE_ZIP_LIMITS: ZipLimits = {
  entries: 100_000,
  fileBytes: 64 * 2 ** 20,
  totalBytes: 500 * 2 ** 20,
  ratio: 200,
};

export interface ZippedFile {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * Unpacks an archive one file after the other, in its order. Sizes are bounded by what the archive declares before
 * anything is unpacked, and no file may be larger than declared. Names that lead out of the archive are refused.
 *
 * @throws ParseFailure `bad_archive`
 */
export async function* zipFiles(archive: Uint8Array, limits: ZipLimits): AsyncGenerator<ZippedFile> {
  try {
    const zip = await fromBufferPromise(Buffer.from(archive.buffer, archive.byteOffset, archive.byteLength), {
      lazyEntries: true,
      strictFileNames: true,
      validateEntrySizes: true,
    });
    const entries = await boundedEntries(zip, archive.byteLength, limits);
    for (const entry of entries) {
      const content = await buffer(await zip.openReadStreamPromise(entry));
      yield { name: entry.fileName, content };
    }
  } catch (thrown) {
    if (thrown instanceof ParseFailure || !(thrown instanceof Error)) throw thrown;
    throw new ParseFailure(`the archive cannot be unpacked: ${thrown.message}`, {
      reason: 'bad_archive',
      cause: thrown,
    });
  }
}

async function boundedEntries(zip: ZipFile, archiveBytes: number, limits: ZipLimits): Promise<readonly Entry[]> {
  if (zip.entryCount > limits.entries) throw tooLarge(`${zip.entryCount} files, more than ${limits.entries}`);
  const entries: Entry[] = [];
  let total = 0;
  for await (const entry of zip.eachEntry()) {
    total += entry.uncompressedSize;
    if (entry.uncompressedSize > limits.fileBytes) {
      throw tooLarge(`${entry.fileName} of ${entry.uncompressedSize} bytes, more than ${limits.fileBytes}`);
    }
    if (total > limits.totalBytes) throw tooLarge(`more than ${limits.totalBytes} bytes`);
    entries.push(entry);
  }
  if (total > archiveBytes * limits.ratio) throw tooLarge(`more than ${limits.ratio} times its own size`);
  return entries;
}

function tooLarge(what: string): ParseFailure {
  return new ParseFailure(`the archive unpacks to ${what}`, { reason: 'bad_archive' });
}
