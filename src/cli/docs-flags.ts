import { relative } from 'node:path';
import { string } from '@oclif/core/flags';
import { shellWord } from '../lib/shell-word.ts';

/** The flags that the commands of the doc pack share, so that they mean the same everywhere. */

export const registryFlag = string({
  summary: 'Registry of the libraries (docs.registry; libraries_sources.yaml by default).',
  helpValue: 'FILE',
});

export const libFlag = string({
  summary: 'Only this library, /org/project, or one version of it, /org/project/1.14.',
  helpValue: 'LIB',
});

export const versionFlag = string({ summary: 'Only this version of the library.', helpValue: 'VERSION' });

export const artifactsFlag = string({
  summary: 'Folder of the artifacts (docs.artifacts; artifacts by default).',
  helpValue: 'DIR',
});

export const databaseFlag = string({
  summary: 'Database of the doc pack (docs.database; deadzone.db by default).',
  helpValue: 'FILE',
});

export const manifestFlag = string({
  summary: 'Record of the last release (docs.manifest; artifacts/manifest.yaml by default).',
  helpValue: 'FILE',
});

/** A path as one would type it here. */
export function fromHere(path: string): string {
  const short = relative(process.cwd(), path) || '.';
  return short.startsWith('..') ? path : short;
}

const PLACES = ['config', 'registry', 'artifacts', 'embedder'] as const;

/** Those of the typed options that decide which files and embedder a scrape works with, to be typed again. */
export function typedPlaces(flags: { readonly [Name in (typeof PLACES)[number]]?: string | undefined }): string {
  return PLACES.map((name) => (flags[name] ? ` --${name} ${shellWord(flags[name])}` : '')).join('');
}
