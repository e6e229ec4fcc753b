import type { ModelSource, TextModel } from '../worker/text-model.ts';
export async function loadNomic(_source: Extract<ModelSource, { kind: 'nomic' }>): Promise<TextModel> {
  throw new Error('next');
}
