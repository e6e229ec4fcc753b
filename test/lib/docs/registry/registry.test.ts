import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cacheHash } from '../../../../src/lib/docs/registry/cache-hash.ts';
import { loadRegistry, parseRegistry } from '../../../../src/lib/docs/registry/registry.ts';
import { selectSlots } from '../../../../src/lib/docs/registry/select-slots.ts';
import { OperatorError } from '../../../../src/lib/errors.ts';
import { PROJECT_ROOT } from '../../../support/cli.ts';

const SHIPPED = join(PROJECT_ROOT, 'test', 'fixtures', 'doc-registry', 'libraries_sources.yaml');

/** A registry with one entry of these lines. */
function entry(...lines: readonly string[]): string {
  return `libraries:\n  - lib_id: /a/b\n${lines.map((line) => `    ${line}\n`).join('')}`;
}

function refusal(source: string): OperatorError {
  try {
    parseRegistry('r.yaml', source);
  } catch (thrown) {
    if (thrown instanceof OperatorError) return thrown;
    throw thrown;
  }
  throw new Error('the registry was accepted');
}

const MD = 'kind: github-md';
const URLS = 'urls: ["https://h/{ref}"]';

describe('what a registry may not say, with its place', () => {
  const LIB = 'config r.yaml: libraries[0] ("/a/b"): ';
  const PARSE = `parse ${LIB}`;
  test.each<[string, string, string]>([
    ['an empty file', '', 'config r.yaml: no libraries defined (r.yaml:1:1)'],
    ['an empty list', 'libraries: []', 'config r.yaml: no libraries defined (r.yaml:1:12)'],
    [
      'versions as a list',
      entry(MD, URLS, 'versions: ["1"]'),
      `${PARSE}versions must be a mapping {v1: {ref: tag1}, v2: {ref: tag2}}; list form is no longer supported (r.yaml:5:15)`,
    ],
    [
      'versions without a value',
      entry(MD, 'urls: ["https://h/"]', 'versions:'),
      `${PARSE}versions must be a mapping, got yaml kind 8 (r.yaml:5:5)`,
    ],
    [
      'a version as text',
      entry(MD, 'ref: x', URLS, 'versions: {"1": v1}'),
      `${PARSE}versions["1"]: cannot unmarshal text into a mapping of ref, urls and description (r.yaml:6:21)`,
    ],
    [
      'urls of a version as text',
      entry(MD, 'ref: x', URLS, 'versions: {"1": {urls: x}}'),
      `${PARSE}versions["1"].urls must be a list (r.yaml:6:28)`,
    ],
    [
      'urls of a version empty',
      entry(MD, 'ref: x', URLS, 'versions: {"1": {urls: []}}'),
      `${PARSE}versions["1"].urls is an empty list (omit the field to inherit the top-level urls) (r.yaml:6:22)`,
    ],
    ['urls as text', entry(MD, 'urls: https://h/'), `${PARSE}urls must be a list (r.yaml:4:11)`],
    [
      'no lib_id',
      `libraries:\n  - ${MD}\n    urls: ["https://h/"]`,
      'config r.yaml: libraries[0] (""): lib_id is required (r.yaml:2:5)',
    ],
    [
      'a lib_id without a slash',
      `libraries:\n  - {lib_id: a/b, ${MD}, urls: ["https://h/"]}`,
      'config r.yaml: libraries[0] ("a/b"): lib_id "a/b" must start with "/" (r.yaml:2:14)',
    ],
    [
      'a lib_id with a slash at its end',
      `libraries:\n  - {lib_id: /a/, ${MD}, urls: ["https://h/"]}`,
      'config r.yaml: libraries[0] ("/a/"): lib_id "/a/" must not end with "/" (r.yaml:2:14)',
    ],
    [
      'a folder above',
      `libraries:\n  - {lib_id: /.., ${MD}, urls: ["https://h/"]}`,
      'config r.yaml: libraries[0] ("/.."): lib_id "/.." cannot name a folder (r.yaml:2:14)',
    ],
    ['no kind', entry('urls: ["https://h/"]'), `${LIB}kind is required (r.yaml:2:5)`],
    [
      'an unknown kind',
      entry('kind: markdown', 'urls: ["https://h/"]'),
      `${LIB}unknown kind "markdown" (valid: github-md, github-rst, scrape-via-agent, godoc) (r.yaml:3:11)`,
    ],
    ['a blank url', entry(MD, 'urls: ["https://h/", " "]'), `${LIB}urls contains an empty entry (r.yaml:4:26)`],
    [
      'the retired placeholder',
      entry(MD, 'urls: ["https://h/{version}"]'),
      `${LIB}url "https://h/{version}" contains deprecated {version} placeholder — use {ref} instead (see #120) (r.yaml:4:12)`,
    ],
    [
      'a file',
      entry(MD, 'urls: ["file:///etc/passwd"]'),
      `${LIB}url "file:///etc/passwd" is not an http or https address (r.yaml:4:12)`,
    ],
    [
      'no address',
      entry(MD, 'urls: ["docs/readme.md"]'),
      `${LIB}url "docs/readme.md" is not an http or https address (r.yaml:4:12)`,
    ],
    ['whitespace in ref', entry(MD, 'ref: v1 2', URLS), `${LIB}ref: ref "v1 2" contains whitespace (r.yaml:4:10)`],
    [
      '{ref} in ref',
      entry(MD, 'ref: "v{ref}"', URLS),
      `${LIB}ref: ref "v{ref}" must not contain literal "{ref}" (r.yaml:4:10)`,
    ],
    ['no urls', entry(MD), `${LIB}urls must be non-empty (r.yaml:2:5)`],
    ['{ref} without ref', entry(MD, URLS), `${LIB}a url contains {ref} but ref is not set (r.yaml:4:12)`],
    [
      'a version without urls',
      entry(MD, 'versions: {"1": {ref: x}}'),
      `${LIB}urls must be non-empty (or every version must provide its own urls); versions["1"] has no urls and the top-level urls is empty (r.yaml:4:16)`,
    ],
    [
      'an empty version',
      entry(MD, URLS, 'versions: {"": {ref: x}}'),
      `${LIB}versions contains an empty entry (r.yaml:5:16)`,
    ],
    [
      'whitespace in a version',
      entry(MD, URLS, 'versions: {"1 0": {ref: x}}'),
      `${LIB}version "1 0" contains whitespace (r.yaml:5:16)`,
    ],
    [
      'a slash in a version',
      entry(MD, URLS, 'versions: {"1/0": {ref: x}}'),
      `${LIB}version "1/0" must not contain "/" (r.yaml:5:16)`,
    ],
    [
      'whitespace in the ref of a version',
      entry(MD, URLS, 'versions: {"1": {ref: "x y"}}'),
      `${LIB}versions["1"].ref: ref "x y" contains whitespace (r.yaml:5:27)`,
    ],
    [
      'a blank url of a version',
      entry(MD, 'versions: {"1": {ref: x, urls: ["https://h/{ref}", ""]}}'),
      `${LIB}versions["1"].urls contains an empty entry (r.yaml:4:56)`,
    ],
    [
      'the retired placeholder in a version',
      entry(MD, 'versions: {"1": {ref: x, urls: ["https://h/{ref}/{version}"]}}'),
      `${LIB}versions["1"].urls: url "https://h/{ref}/{version}" contains deprecated {version} placeholder — use {ref} instead (see #120) (r.yaml:4:37)`,
    ],
    [
      'a version that no url is about',
      entry(MD, 'urls: ["https://h/"]', 'versions: {"1": {ref: x}}'),
      `${LIB}versions["1"]: no effective url contains {ref} (required when versions is set) (r.yaml:5:16)`,
    ],
    [
      'a version without any ref',
      entry(MD, URLS, 'versions: {"1": }'),
      `${LIB}a url contains {ref} but neither versions["1"].ref nor the top-level ref is set (r.yaml:5:16)`,
    ],
    [
      'an unknown key',
      entry(MD, 'urls: ["https://h/"]', 'verison: {}'),
      `${LIB}unknown key "verison" (did you mean "versions"?) (r.yaml:5:5)`,
    ],
    [
      'an unknown key of a version',
      entry(MD, URLS, 'versions: {"1": {ref: x, kind: godoc}}'),
      `${LIB}versions["1"]: unknown key "kind" (valid: ref, urls, description) (r.yaml:5:30)`,
    ],
    [
      'a key twice',
      entry(MD, MD, 'urls: ["https://h/"]'),
      `${PARSE}mapping key "kind" already defined at line 3 (r.yaml:4:5)`,
    ],
    [
      'a version twice',
      entry(MD, URLS, 'versions:', '  1.1: {ref: x}', '  "1.1": {ref: y}'),
      `${PARSE}versions: mapping key "1.1" already defined at line 6 (r.yaml:7:7)`,
    ],
    [
      'a library twice',
      `${entry(MD, 'urls: ["https://h/"]')}  - {lib_id: /a/b, kind: godoc, urls: ["https://h/"]}`,
      'config r.yaml: libraries[1] ("/a/b"): /a/b is already defined at line 2 (r.yaml:5:14)',
    ],
    [
      'two libraries of one folder',
      `${entry(MD, 'urls: ["https://h/"]')}  - {lib_id: /a_b, kind: godoc, urls: ["https://h/"]}`,
      'config r.yaml: libraries[1] ("/a_b"): /a_b and /a/b (line 2) have the same folder name "a_b" (r.yaml:5:14)',
    ],
    [
      'what YAML cannot read',
      entry(MD, 'description: a: b', 'urls: ["https://h/"]'),
      'parse config r.yaml: Nested mappings are not allowed in compact mappings (r.yaml:4:18)',
    ],
  ])('%s', (_, source, message) => {
    const error = refusal(source);
    expect(error.message).toBe(message);
    expect(error).toMatchObject({ code: 'registry_invalid', exitCode: 2 });
  });

  test('every problem is told at once, those of the shape first', () => {
    const { message } = refusal(`${entry('kind: md', 'urls: ["ftp://h/"]')}  - {lib_id: /c, kind: godoc, urls: x}\n`);
    expect(message.split('\n')).toEqual([
      'parse config r.yaml: 3 problems',
      '  libraries[1] ("/c"): urls must be a list (r.yaml:5:37)',
      '  libraries[0] ("/a/b"): unknown kind "md" (valid: github-md, github-rst, scrape-via-agent, godoc) (r.yaml:3:11)',
      '  libraries[0] ("/a/b"): url "ftp://h/" is not an http or https address (r.yaml:4:12)',
    ]);
  });
});

test('scalars are read as they are written, versions inherit what they do not say', () => {
  const source = entry(
    MD,
    'ref: 2025-06-18',
    'description: " of all "',
    'urls: &urls ["https://h/{ref}/{ref}"]',
    'versions:',
    '  1.10:',
    '  1.9: {ref: 1e3, description: 12, urls: ["https://h/$&/{ref}", "https://h/fixed"]}',
    '  true: {description: " ", urls: *urls}',
  );
  expect(parseRegistry('r.yaml', source).slots.map(({ cacheHash: _, ...slot }) => slot)).toEqual([
    {
      libId: '/a/b',
      version: '1.10',
      kind: 'github-md',
      ref: '2025-06-18',
      urls: ['https://h/2025-06-18/2025-06-18'],
      description: 'of all',
      slug: 'a_b_1.10',
    },
    {
      libId: '/a/b',
      version: '1.9',
      kind: 'github-md',
      ref: '1e3',
      urls: ['https://h/$&/1e3', 'https://h/fixed'],
      description: '12',
      slug: 'a_b_1.9',
    },
    {
      libId: '/a/b',
      version: 'true',
      kind: 'github-md',
      ref: '2025-06-18',
      urls: ['https://h/2025-06-18/2025-06-18'],
      description: 'of all',
      slug: 'a_b_true',
    },
  ]);
  expect(parseRegistry('r.yaml', entry(MD, 'urls: ["https://h/"]', 'versions: {}')).slots).toHaveLength(1);
});

test("deadzone's vectors of the cache hash", async () => {
  const known = { kind: 'github-md', ref: 'v1.0.0', urls: ['https://b', 'https://a'] } as const;
  expect(cacheHash(known)).toBe('4561969c0363221249729928a390738ce684d47b8dd8e3339e6faa8acac6edc6');
  const { slots } = await loadRegistry(SHIPPED);
  const hashes = new Map(slots.map(({ slug, cacheHash }) => [slug, cacheHash]));
  expect(slots).toHaveLength(253);
  expect(hashes.get('modelcontextprotocol_go-sdk_1.4')).toMatch(/^ac1bbf2d/);
  expect(hashes.get('hashicorp_terraform_1.14')).toMatch(/^927f94ce/);
  expect(hashes.get('golang_go_archive_tar')).toMatch(/^5f675ae6/);
  expect(hashes.get('tursodatabase_turso-docs')).toMatch(/^df394390/);
  // Beyond the vectors: Go escapes these, and sorts by bytes, where UTF-16 would put U+1F600 before U+FF01.
  const urls = ['https://h/\u{1f600}', 'https://h/\uff01?a=<b>&c'];
  const json = '{"kind":"godoc","ref":"","urls":["https://h/\uff01?a=\\u003cb\\u003e\\u0026c","https://h/\u{1f600}"]}';
  expect(cacheHash({ kind: 'godoc', ref: '', urls })).toBe(createHash('sha256').update(json).digest('hex'));
});

describe('filters', () => {
  const registry = parseRegistry(
    'r.yaml',
    `${entry(MD, URLS, 'versions: {"1.14": {ref: x}, "1.13": {ref: y}}')}  - {lib_id: /c/d, kind: godoc, urls: ["https://h/"]}`,
  );
  const slugs = (filter: Parameters<typeof selectSlots>[1]) => selectSlots(registry, filter).map(({ slug }) => slug);
  const refused = (filter: Parameters<typeof selectSlots>[1]) => {
    try {
      return slugs(filter);
    } catch (thrown) {
      if (!(thrown instanceof OperatorError)) throw thrown;
      return [thrown.code, thrown.exitCode, thrown.message, thrown.nextSteps[0]];
    }
  };

  test('name a library, a version of it, or both in one', () => {
    expect(slugs({})).toEqual(['a_b_1.14', 'a_b_1.13', 'c_d']);
    expect(slugs({ lib: '/a/b' })).toEqual(['a_b_1.14', 'a_b_1.13']);
    expect(slugs({ lib: '/a/b', version: '1.13' })).toEqual(['a_b_1.13']);
    expect(slugs({ lib: '/a/b/1.14' })).toEqual(['a_b_1.14']);
  });

  test('that match nothing say what was probably meant', () => {
    expect(refused({ version: '1.13' })).toEqual(expect.arrayContaining(['version_without_lib', 2]));
    expect(refused({ lib: '/c/dd' })).toEqual([
      'no_library_matches',
      1,
      'no libraries match --lib "/c/dd" in r.yaml',
      'did you mean --lib /c/d?',
    ]);
    expect(refused({ lib: '/a/b', version: '2' })).toEqual([
      'no_library_matches',
      1,
      'no libraries match --lib "/a/b" --version "2" in r.yaml',
      'it has: /a/b@1.14, /a/b@1.13',
    ]);
  });
});
