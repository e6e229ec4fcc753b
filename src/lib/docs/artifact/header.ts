import { basename, dirname, join } from 'node:path';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import { slugOf } from '../registry/expand.ts';
import { slotName } from '../slot.ts';
import { type ArtifactPlace, refusedArtifact } from './place.ts';
import { identityIn, SCHEMA_VERSION } from './schema.ts';

/** What the meta rows of an artifact say. */
export interface ArtifactHeader {
  readonly libId: string;
  readonly version: string;
  readonly identity: EmbedderIdentity;
  /** Null where another program than this one wrote it, as with all that follows. */
  readonly contentHash: string | null;
  readonly cacheHash: string | null;
  readonly descriptionHash: string | null;
  readonly parserVersion: string | null;
}

/**
 * Checks the meta rows of an artifact against the folder that it is in.
 * @throws OperatorError `artifact_damaged`, `artifact_schema`, `artifact_misplaced`
 */
export function headerOf(meta: ReadonlyMap<string, string>, place: ArtifactPlace): ArtifactHeader {
  if (meta.size === 0) {
    const words = 'has no tables: it was copied without the artifact.db-wal beside it, or never written to its end';
    throw refusedArtifact(place, 'artifact_damaged', words);
  }
  const schemaVersion = meta.get('schema_version') ?? '0';
  if (schemaVersion !== String(SCHEMA_VERSION)) {
    throw refusedArtifact(place, 'artifact_schema', `has schema version ${schemaVersion}, not ${SCHEMA_VERSION}`);
  }
  const identity = identityIn(meta);
  const [libId, version] = [meta.get('lib_id'), meta.get('version')];
  if (identity === null || !libId || version === undefined) {
    const words = 'does not say whose it is or which embedder made it: meta rows are missing';
    throw refusedArtifact(place, 'artifact_damaged', words);
  }
  requirePlace({ libId, version }, place);
  return {
    libId,
    version,
    identity,
    contentHash: meta.get('content_sha256') ?? null,
    cacheHash: meta.get('cache_hash') ?? null,
    descriptionHash: meta.get('description_sha256') ?? null,
    parserVersion: meta.get('parser_version') ?? null,
  };
}

function requirePlace(owner: Pick<ArtifactHeader, 'libId' | 'version'>, place: ArtifactPlace): void {
  const slug = slugOf(owner.libId, owner.version);
  const isExpected = place.slot === null || slotName(place.slot) === slotName(owner);
  if (isExpected && basename(place.folder) === slug) return;
  const home = join(dirname(place.folder), slug);
  const words = `holds ${slotName(owner)}, which belongs into ${home}: the folder was renamed or copied`;
  throw refusedArtifact(place, 'artifact_misplaced', words);
}
