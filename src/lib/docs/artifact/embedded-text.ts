import type { Section } from '../parse/section.ts';
import type { Slot } from '../slot.ts';

/** What stands for a document in the vector space, before the embedder puts its own prefix there. */
export function documentText({ title, content }: Section): string {
  return `${title}\n${content}`;
}

/** What stands for a library: the words of its name and its description. Its version is not part of it. */
export function libraryText({ libId, description }: Pick<Slot, 'libId' | 'description'>): string {
  const words = libId.replaceAll(/[/-]/g, ' ').trim();
  return description === '' ? words : `${words} ${description}`;
}
