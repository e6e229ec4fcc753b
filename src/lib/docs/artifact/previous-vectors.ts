import { documentText } from './embedded-text.ts';
import type { Artifact } from './read-artifact.ts';

/**
 * The vectors that an artifact has already, by the text that was embedded (`documentText`): a section that has not
 * changed needs no embedder, wherever it moved to. They are valid for the artifact's own embedder only.
 */
export function previousVectors({ documents }: Pick<Artifact, 'documents'>): ReadonlyMap<string, Float32Array> {
  return new Map(documents.map((document) => [documentText(document), document.vector]));
}
