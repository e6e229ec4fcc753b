import { createHash } from 'node:crypto';
import { decodePage } from '../../decode-page.ts';
import type { KnownPage, PageReading } from '../../page-reading.ts';
import { ParseFailure } from '../../parse-failure.ts';
import type { Section } from '../../section.ts';
import type { GoParser } from '../go-parser.ts';
import { type GoSourceText, godocSections } from '../godoc-sections.ts';
import type { GodocCapabilities } from './capabilities.ts';
import { fetchIfChanged } from './fetch-source.ts';
import { type ModuleVersion, moduleVersionOf } from './module-path.ts';
import { listedHash } from './sumdb.ts';
import { MODULE_ZIP_LIMITS, zipFiles } from './zip-files.ts';

const MAX_ARCHIVE_BYTES = 128 * 2 ** 20;

/**
 * Reads all packages of a module from its archive, which must have the hash that Go's checksum database lists.
 *
 * @throws ParseFailure, FetchFailure
 */
export async function readModuleZip(
  capabilities: GodocCapabilities,
  address: string,
  known: KnownPage | null,
  signal: AbortSignal,
): Promise<PageReading> {
  const module = moduleVersionOf(address);
  const archive = await fetchIfChanged(
    capabilities,
    {
      url: module.url,
      maxBytes: MAX_ARCHIVE_BYTES,
      meaning: { not_found: 'module_not_found', gone: 'module_withdrawn' },
    },
    known,
    signal,
  );
  if (archive.outcome === 'unchanged') return { outcome: 'unchanged', validators: archive.validators };
  const { body, validators, sha256 } = archive;
  const listed = await listedHash(capabilities, module, signal);
  const { hash, folders } = await unpack(body, module, signal);
  if (hash !== listed) {
    throw new ParseFailure(`${module.url}: the archive has the hash ${hash}, the checksum database lists ${listed}`, {
      reason: 'sumdb_mismatch',
    });
  }
  return {
    outcome: 'read',
    sections: moduleSections(capabilities.parser, folders),
    bytes: body.byteLength,
    validators,
    sha256,
  };
}

/** Packages in the order of their folders. */
function moduleSections(parser: GoParser, folders: ReadonlyMap<string, readonly GoSourceText[]>): Section[] {
  return [...folders.keys()].sort().flatMap((folder) => godocSections(parser, folders.get(folder) ?? []));
}

interface UnpackedModule {
  /** `h1:` and the hash of the sorted list of files with their hashes. Source: golang.org/x/mod/sumdb/dirhash, Hash1. */
  readonly hash: string;
  /** The Go files of each package, by their folder in the module. */
  readonly folders: ReadonlyMap<string, readonly GoSourceText[]>;
}

async function unpack(archive: Uint8Array, module: ModuleVersion, signal: AbortSignal): Promise<UnpackedModule> {
  const prefix = `${module.path}@${module.version}/`;
  const hashes: { readonly name: string; readonly hash: string }[] = [];
  const folders = new Map<string, GoSourceText[]>();
  for await (const { name, content } of zipFiles(archive, MODULE_ZIP_LIMITS)) {
    signal.throwIfAborted();
    hashes.push({ name, hash: createHash('sha256').update(content).digest('hex') });
    if (!name.startsWith(prefix)) continue;
    const file = packageFile(name.slice(prefix.length));
    if (!file) continue;
    const sources = folders.get(file.folder) ?? [];
    folders.set(file.folder, sources);
    sources.push({ name: file.name, text: decodePage(content) });
  }
  const list = hashes.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ hash, name }) => `${hash}  ${name}\n`);
  return { hash: `h1:${createHash('sha256').update(list.join('')).digest('base64')}`, folders };
}

/** Folder and name of a file that documentation is read from; undefined for any other. */
function packageFile(path: string): { readonly folder: string; readonly name: string } | undefined {
  const segments = path.split('/');
  const name = segments.pop() ?? '';
  if (!name.endsWith('.go') || name.endsWith('_test.go')) return undefined;
  const isSkipped = segments.some((each) => each === 'vendor' || each === 'testdata' || each.startsWith('.'));
  return isSkipped ? undefined : { folder: segments.join('/'), name };
}
