import { mkdir, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parse } from 'yaml';
import { messageOf, OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { replaceFile } from '../../replace-file.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import type { Baseline } from '../shrink.ts';
import { yamlScalar } from '../yaml-scalar.ts';

/** What `artifacts/manifest.yaml` records of the doc pack that was released last. */
export interface PackRelease {
  readonly tag: string;
  /** Name of the database among the assets of the release. */
  readonly asset: string;
  /** Of the database, lowercase hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** RFC 3339 */
  readonly indexedAt: string;
  readonly embedder: EmbedderIdentity;
  /** Rows of `libs`, those without documents included. */
  readonly libCount: number;
  readonly docCount: number;
}

/**
 * The last release; null where there is no manifest yet, or one that says nothing.
 *
 * @throws OperatorError `manifest_invalid`, exit 2
 */
export async function loadManifest(path: string): Promise<PackRelease | null> {
  const source = await readFile(path, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return '';
    throw invalid(path, messageOf(thrown), thrown);
  });
  return parseManifest(path, source);
}

/** A manifest from its text; `path` is what messages call it. As `loadManifest` otherwise. */
export function parseManifest(path: string, source: string): PackRelease | null {
  const fields = readFields(path, source);
  if ([...fields.values()].every((value) => value === '' || value === '0')) return null;
  const text = (key: string) => fields.get(key) ?? '';
  const release = {
    tag: text('tag'),
    asset: text('asset'),
    sha256: text('sha256'),
    size: wholeNumber(path, 'size', text('size')),
    indexedAt: text('indexed_at'),
    embedder: {
      kind: text('embedder.kind'),
      model: text('embedder.model'),
      dim: wholeNumber(path, 'embedder.dim', text('embedder.dim')),
    },
    libCount: wholeNumber(path, 'lib_count', text('lib_count') || '0'),
    docCount: wholeNumber(path, 'doc_count', text('doc_count') || '0'),
  };
  requireComplete(path, release);
  return release;
}

/**
 * Writes the manifest byte for byte as deadzone does, in the place of the one that is there.
 *
 * @throws OperatorError `manifest_invalid` for a release that `loadManifest` would refuse
 */
export async function saveManifest(path: string, release: PackRelease): Promise<void> {
  requireComplete(path, release);
  await mkdir(dirname(path), { recursive: true });
  await replaceFile(path, manifestText(release));
}

/** What a new database is measured against. */
export function baselineOf({ tag, libCount, docCount }: PackRelease): Baseline {
  return { name: `the release ${tag}`, libs: libCount, documents: docCount };
}

/** Scripts look for the first line with `tag:`, so it stays the first. */
function manifestText({ tag, asset, sha256, size, indexedAt, embedder, libCount, docCount }: PackRelease): string {
  return [
    'release:',
    `    tag: ${yamlScalar(tag)}`,
    `    asset: ${yamlScalar(asset)}`,
    `    sha256: ${yamlScalar(sha256)}`,
    `    size: ${size}`,
    `    indexed_at: ${indexedAt}`,
    '    embedder:',
    `        kind: ${yamlScalar(embedder.kind)}`,
    `        model: ${yamlScalar(embedder.model)}`,
    `        dim: ${embedder.dim}`,
    `    lib_count: ${libCount}`,
    `    doc_count: ${docCount}`,
    '',
  ].join('\n');
}

/** The texts below `release`, by their dotted keys. */
function readFields(path: string, source: string): ReadonlyMap<string, string> {
  let document: unknown;
  try {
    document = parse(source, { schema: 'failsafe' });
  } catch (thrown) {
    throw invalid(path, messageOf(thrown), thrown);
  }
  const fields = new Map<string, string>();
  const add = (value: unknown, key: string): void => {
    if (typeof value === 'string') fields.set(key, value);
    else if (value === null || typeof value !== 'object') return;
    else for (const [name, inner] of Object.entries(value)) add(inner, key === '' ? name : `${key}.${name}`);
  };
  add(document !== null && typeof document === 'object' && 'release' in document ? document.release : null, '');
  return fields;
}

function wholeNumber(path: string, key: string, text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw invalid(path, `release.${key} must be a whole number, not "${text}"`);
}

function requireComplete(path: string, release: PackRelease): void {
  const { tag, asset, sha256, size, indexedAt, embedder } = release;
  if (tag === '') throw invalid(path, 'release.tag is required when any other release field is set');
  if (asset.trim() === '') throw invalid(path, 'release.asset is required');
  if (!/^[0-9a-f]{64}$/.test(sha256)) {
    throw invalid(path, `release.sha256 must be 64 lowercase hex digits, not "${sha256}"`);
  }
  if (size <= 0) throw invalid(path, 'release.size must be more than 0');
  if (Number.isNaN(Date.parse(indexedAt))) {
    throw invalid(path, `release.indexed_at must be a time in RFC 3339, not "${indexedAt}"`);
  }
  if (embedder.kind === '' || embedder.model === '' || embedder.dim <= 0) {
    throw invalid(path, 'release.embedder must have kind, model and dim');
  }
}

function invalid(path: string, reason: string, cause?: unknown): OperatorError {
  return new OperatorError(`manifest ${path}: ${reason}`, {
    code: 'manifest_invalid',
    exitCode: EXIT.usage,
    nextSteps: [`restore it: git checkout -- ${path}`, 'or remove it, and the next release writes it anew'],
    cause,
  });
}
