import type { Settings } from '../../config/schema.ts';
import { OperatorError } from '../../errors.ts';
import { identityText } from '../artifact/schema.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';

/** Which embedder makes vectors of a kind (`embedder_kind` of a database). */
const BY_KIND: Readonly<Record<string, Settings['docs']['embedder']>> = {
  'use-lite': 'use-lite',
  hugot: 'nomic',
  openai: 'openai',
};

/**
 * The settings with the embedder that a database was made with in the place of the configured one: only that can ask it.
 * @throws OperatorError `embedder_unknown`
 */
export function settingsForFile(docs: Settings['docs'], path: string, identity: EmbedderIdentity): Settings['docs'] {
  const embedder = BY_KIND[identity.kind];
  if (embedder === undefined) {
    throw new OperatorError(`${path} was made with ${identityText(identity)}, which this program does not have`, {
      code: 'embedder_unknown',
      nextSteps: ['make the doc pack anew: capture-cli scrape, then capture-cli consolidate'],
    });
  }
  const openaiModel = embedder === 'openai' ? identity.model : docs.openaiModel;
  // One query keeps one worker busy.
  return { ...docs, embedder, embedWorkers: 1, openaiModel };
}
