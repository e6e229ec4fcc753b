import { SCHEMA_VERSION } from '../artifact/schema.ts';
import type { EmbedderChoice } from '../embed/choice.ts';
import { signatureOf } from '../embed/signature.ts';

/** What the caches of artifacts depend on beside the slots themselves (doc-pack format, section 2.3). */
export interface CacheSignals {
  /** Of the tables in an artifact. */
  readonly schema_version: number;
  /** Lowercase hex sha256 of what decides the vectors. */
  readonly embedder_signature: string;
}

export function cacheSignals(embedder: EmbedderChoice): CacheSignals {
  return { schema_version: SCHEMA_VERSION, embedder_signature: signatureOf(embedder) };
}
