import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

/**
 * Refuses what cannot be the tag of a release: a tag is one word without certain signs (git-check-ref-format(1)), and it
 * does not look like an option.
 *
 * @throws OperatorError `tag_invalid`, exit 2
 */
export function requireTag(tag: string): void {
  if (/^[^\s~^:?*[\\-][^\s~^:?*[\\]*$/.test(tag)) return;
  throw new OperatorError(`--tag "${tag}" is not a tag`, {
    code: 'tag_invalid',
    exitCode: EXIT.usage,
    nextSteps: ['name the tag of the release: --tag v0.8.0'],
  });
}
