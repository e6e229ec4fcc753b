import type { ResolvedConfig } from '../lib/config/resolve.ts';
import type { EmbedderCapabilities } from '../lib/docs/embed/capabilities.ts';
import { createEmbedder } from '../lib/docs/embed/create-embedder.ts';
import type { Embedder } from '../lib/docs/embed/embedder.ts';
import { chosenEmbedder } from './chosen-embedder.ts';

/** The embedder of the settings, for as long as `use` runs. */
export async function withEmbedder<T>(
  settings: Pick<ResolvedConfig, 'values'>,
  capabilities: EmbedderCapabilities,
  use: (embedder: Embedder) => Promise<T>,
): Promise<T> {
  const embedder = await createEmbedder(chosenEmbedder(settings, capabilities.env), capabilities);
  try {
    return await use(embedder);
  } finally {
    await embedder.close();
  }
}
