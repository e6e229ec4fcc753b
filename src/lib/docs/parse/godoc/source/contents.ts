import { createHash } from 'node:crypto';
import { z } from 'zod';
import { GO_MEDIA_TYPES, JSON_MEDIA_TYPES } from '../../../../fetch/media-type.ts';
import { decodePage } from '../../decode-page.ts';
import type { KnownPage, PageReading } from '../../page-reading.ts';
import { ParseFailure } from '../../parse-failure.ts';
import { type GoSourceText, godocSections } from '../godoc-sections.ts';
import type { GodocCapabilities } from './capabilities.ts';
import { fetchIfChanged, fetchSource } from './fetch-source.ts';

const Listing = z.array(
  z.object({
    name: z.string(),
    type: z.string(),
    /** Git's hash of a file. */
    sha: z.string(),
    download_url: z.string().nullish(),
  }),
);
type Entry = z.infer<typeof Listing>[number];

/**
 * Reads the package in one folder of a repository through GitHub's contents API: the listing, then its Go files one after
 * the other. Each must be the file that the listing means, so that an unchanged listing is an unchanged package.
 *
 * @throws ParseFailure, FetchFailure
 */
export async function readContents(
  capabilities: GodocCapabilities,
  url: string,
  known: KnownPage | null,
  signal: AbortSignal,
): Promise<PageReading> {
  const listing = await fetchIfChanged(
    capabilities,
    {
      url,
      accept: 'application/vnd.github+json',
      mediaTypes: JSON_MEDIA_TYPES,
      meaning: { not_found: 'module_not_found' },
    },
    known,
    signal,
  );
  if (listing.outcome === 'unchanged') return { outcome: 'unchanged', validators: listing.validators };
  const { body, validators, sha256 } = listing;
  const sources: GoSourceText[] = [];
  let bytes = body.byteLength;
  for (const entry of entriesOf(body, url)) {
    if (!isPackageFile(entry) || !entry.download_url) continue;
    const request = { url: entry.download_url, mediaTypes: GO_MEDIA_TYPES, meaning: {} };
    const file = await fetchSource(capabilities, request, signal);
    if (!isObject(file.body, entry.sha)) throw notTheListedFile(entry, url);
    bytes += file.body.byteLength;
    sources.push({ name: entry.name, text: decodePage(file.body) });
  }
  return { outcome: 'read', sections: godocSections(capabilities.parser, sources), bytes, validators, sha256 };
}

function entriesOf(body: Uint8Array, url: string): readonly Entry[] {
  let listing: unknown;
  try {
    listing = JSON.parse(decodePage(body));
  } catch (thrown) {
    throw new ParseFailure(`${url}: the listing is not JSON`, { reason: 'not_a_directory', cause: thrown });
  }
  const parsed = Listing.safeParse(listing);
  if (parsed.success) return parsed.data;
  const what = Array.isArray(listing) ? 'the listing is not that of a folder' : 'this is a file and not a folder';
  throw new ParseFailure(`${url}: ${what}`, { reason: 'not_a_directory' });
}

function isPackageFile({ name, type }: Entry): boolean {
  return type === 'file' && name.endsWith('.go') && !name.endsWith('_test.go');
}

/** Git hashes a file with its length in front, by SHA-1 or in newer repositories by SHA-256. */
function isObject(body: Uint8Array, hash: string): boolean {
  const algorithm = hash.length === 64 ? 'sha256' : 'sha1';
  return createHash(algorithm).update(`blob ${body.byteLength}\0`).update(body).digest('hex') === hash;
}

function notTheListedFile({ name }: Entry, url: string): ParseFailure {
  return new ParseFailure(
    `${url}: ${name} is not the file that is listed: it changed meanwhile, or comes from a stale cache`,
    {
      reason: 'stale_file',
    },
  );
}
