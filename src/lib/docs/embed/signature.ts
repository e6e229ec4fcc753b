import { createHash } from 'node:crypto';
import type { EmbedderChoice } from './choice.ts';
import { NOMIC, NOMIC_MODEL, NOMIC_PREFIXES } from './nomic/identity.ts';
import { MAX_TEXT } from './openai/request-batches.ts';
import { USE_LITE } from './use-lite/identity.ts';

/**
 * What deadzone calls the embedder's signature: lowercase hex sha256 of kind, model, file of the weights, prefix of
 * queries and prefix of documents, joined by NUL (doc-pack format, section 2.3). It changes when vectors would.
 */
export function signatureOf(choice: EmbedderChoice): string {
  return createHash('sha256').update(signedParts(choice).join('\0')).digest('hex');
}

function signedParts(choice: EmbedderChoice): readonly string[] {
  switch (choice.kind) {
    case 'use-lite':
      return [USE_LITE.kind, USE_LITE.model, 'model.json', '', ''];
    case 'nomic':
      return [NOMIC.kind, NOMIC.model, NOMIC_MODEL.weights.name, NOMIC_PREFIXES.query, NOMIC_PREFIXES.document];
    case 'openai':
      return [choice.kind, choice.model, `${choice.dimensions ?? ''} of ${MAX_TEXT} characters`, '', ''];
  }
}
