import type { EmbedderIdentity } from '../embed/embedder.ts';
import { type ArtifactPlace, refusedArtifact } from './place.ts';
import { identityIn, SCHEMA_VERSION } from './schema.ts';

/** What the meta rows of an artifact say. */
export interface ArtifactHeader {
  readonly libId: string;
  readonly version: string;
  readonly identity: EmbedderIdentity;
  /** Null where another program than this one wrote it or changed it, as with all that follows. */
  readonly contentHash: string | null;
  readonly cacheHash: string | null;
  readonly descriptionHash: string | null;
  readonly parserVersion: string | null;
}

/**
 * Reads the meta rows of an artifact.
 * @param isOwn whether this program wrote it, and nobody has changed it since
 * @throws OperatorError `artifact_damaged`, `artifact_schema`
 */
export function headerOf(meta: ReadonlyMap<string, string>, place: ArtifactPlace, isOwn: boolean): ArtifactHeader {
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
  const told = (key: string) => (isOwn ? (meta.get(key) ?? null) : null);
  return {
    libId,
    version,
    identity,
    contentHash: told('content_sha256'),
    cacheHash: told('cache_hash'),
    descriptionHash: told('description_sha256'),
    parserVersion: told('parser_version'),
  };
}
