import { formatQuantity } from '../../progress/format.ts';

/** How much a pack holds, in words: `12,847 documents of 253 libraries`. */
export function packText({ libCount, docCount }: { readonly libCount: number; readonly docCount: number }): string {
  return `${formatQuantity(docCount, 'document')} of ${formatQuantity(libCount, 'library', 'libraries')}`;
}
