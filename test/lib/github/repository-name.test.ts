import { describe, expect, test } from 'vitest';
import { OperatorError } from '../../../src/lib/errors.ts';
import { parseRepositoryName } from '../../../src/lib/github/repository/repository-name.ts';

describe('a repository is named OWNER/REPO or by its address', () => {
  test.for([
    ['pytorch/pytorch', 'pytorch', 'pytorch'],
    [' octo-org/.github ', 'octo-org', '.github'],
    ['jane_acme/a_b-c.d', 'jane_acme', 'a_b-c.d'],
    ['https://github.com/pytorch/vision', 'pytorch', 'vision'],
    ['https://github.com/pytorch/vision.git', 'pytorch', 'vision'],
    ['https://ghe.example.com/a/b/?tab=readme#top', 'a', 'b'],
  ] as const)('%s', ([text, owner, name]) => {
    expect(parseRepositoryName(text)).toEqual({ owner, name });
  });

  test.for([
    ['foo', /missing/],
    ['a/b/c', /more than one slash/],
    ['/b', /missing/],
    ['a/', /missing/],
    ['', /missing/],
    ['-a/b', /"-a" is no GitHub login/],
    ['a b/c', /"a b" is no GitHub login/],
    ['a/b c', /"b c" is no repository name/],
    ['a/..', /".." is no repository name/],
    ['a/b?x', /"b\?x"/],
    [`${'a'.repeat(40)}/b`, /login/],
    ['git@github.com:a/b', /login/],
    ['https://github.com/pytorch', /missing/],
  ] as const)('%s is refused with an example', ([text, says]) => {
    const parse = () => parseRepositoryName(text);
    expect(parse).toThrow(says);
    expect(parse).toThrow(expect.objectContaining({ code: 'repository_name_invalid', exitCode: 2 }));
    expect(parse).toThrow(OperatorError);
    try {
      parse();
    } catch (thrown) {
      expect((thrown as OperatorError).nextSteps.join()).toContain('pytorch/pytorch');
    }
  });
});
