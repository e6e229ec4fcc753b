import { z } from 'zod';

const count = z.int().min(0);
const counts = z.record(z.string().min(1), count);

/** The third generation of the cache file. Fields that it does not know are refused: an old program wrote them. */
export const CACHE_SCHEMA = z
  .strictObject({
    npm: count,
    pypi: count,
    crates: count,
    clones: count,
    clonesByRepo: z.record(
      z.string().min(1),
      z.strictObject({ count, lastSeenDay: z.union([z.iso.date(), z.literal('')]) }),
    ),
    releases: count,
    releasesByRepo: counts,
    ghPackages: count,
    maven: count,
    total: count,
    fetchedAt: z.union([z.iso.datetime(), z.literal('')]),
    npmByPackage: counts,
    pypiByPackage: counts,
    cratesByPackage: counts,
  })
  .meta({
    title: 'Installs cache',
    description: 'Counters of installs and clones; derived from the ledger beside it.',
  });

/** The third generation for programs that know JSON Schema (draft 2020-12). */
export function cacheJsonSchema(): object {
  return z.toJSONSchema(CACHE_SCHEMA);
}

/** The second generation: the third without numbers by package. */
export const CACHE_SCHEMA_V2 = CACHE_SCHEMA.omit({ npmByPackage: true, pypiByPackage: true, cratesByPackage: true });

/** The first generation: before clones, with two counters that were always 0. */
export const CACHE_SCHEMA_V1 = z.strictObject({
  npm: count,
  pypi: count,
  crates: count,
  ghcr: count,
  maven: count,
  total: count,
  fetchedAt: z.union([z.iso.datetime(), z.literal('')]),
});

/** What was before that. */
export const CACHE_SCHEMA_V0 = z.strictObject({
  total: count,
  fetchedAt: z.union([z.iso.datetime(), z.literal('')]),
});
