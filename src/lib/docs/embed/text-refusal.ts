import { OperatorError } from '../../errors.ts';

/**
 * Refuses texts that no vector can stand for: those of white space only.
 *
 * @throws OperatorError `embedding_text_empty`, naming the position of the first
 */
export function refuseEmptyTexts(texts: readonly string[]): void {
  const empty = texts.findIndex((text) => text.trim() === '');
  if (empty === -1) return;
  throw new OperatorError(`text ${empty + 1} of ${texts.length} is empty, and an empty text has no vector`, {
    code: 'embedding_text_empty',
  });
}
