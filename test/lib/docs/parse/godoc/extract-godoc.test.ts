import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { extractGodoc } from '../../../../../src/lib/docs/parse/godoc/extract-godoc.ts';
import { findGoGrammar, GoParser } from '../../../../../src/lib/docs/parse/godoc/go-parser.ts';
import { gitHubBearer } from '../../../../../src/lib/docs/parse/godoc/source/capabilities.ts';
import { moduleVersionOf } from '../../../../../src/lib/docs/parse/godoc/source/module-path.ts';
import { zipFiles } from '../../../../../src/lib/docs/parse/godoc/source/zip-files.ts';
import type { KnownPage } from '../../../../../src/lib/docs/parse/page-reading.ts';
import type { DocsHostOptions } from '../../../../sandbox/docs-host.ts';
import { type ZipEntry, zipArchive } from '../../../../support/zip-archive.ts';
import { startFetchRig } from '../../../fetch/fetch-rig.ts';

let parser: GoParser;
beforeAll(async () => {
  parser = await GoParser.load(await findGoGrammar(process.cwd()));
});
afterAll(() => parser.close());

const never = new AbortController().signal;

async function startRig(options: DocsHostOptions) {
  const { host, fetcher } = await startFetchRig(options, { limits: { retries: 0 } });
  const capabilities = { fetcher, parser, bearerFor: gitHubBearer('t0ken', host.url), sumdbBase: `${host.url}/sumdb/` };
  return {
    host,
    read: (path: string, known: KnownPage | null = null) =>
      extractGodoc(capabilities, `${host.url}${path}`, known, never),
  };
}

async function readWhole(rig: Awaited<ReturnType<typeof startRig>>, path: string) {
  const reading = await rig.read(path);
  if (reading.outcome !== 'read') throw new Error('said to be unchanged');
  return reading;
}

const FOLDER = '/repos/golang/go/contents/src/p?ref=go1';
const AT = '/golang/go/go1/src/p';

test('a folder of a repository is one package, and costs one conditional request while it stays the same', async () => {
  const rig = await startRig({
    pages: {
      [`${AT}/a.go`]: '// Package p is small.\npackage p\n',
      [`${AT}/b.go`]: 'package p\n\nfunc F() {}\n',
      [`${AT}/b_test.go`]: 'package p\n\nfunc G() {}\n',
      [`${AT}/README.md`]: '# no',
      [`${AT}/deeper/c.go`]: 'package deeper\n\nfunc H() {}\n',
    },
  });
  const first = await readWhole(rig, FOLDER);
  expect(first.sections).toEqual([
    { title: 'p package', content: 'Package p is small.' },
    { title: 'p.F', content: 'func F()' },
  ]);
  expect(first.bytes).toBeGreaterThan(50);
  expect(rig.host.requests.map(({ path }) => path)).toEqual([FOLDER, `${AT}/a.go`, `${AT}/b.go`]);
  expect(rig.host.requests.map(({ headers }) => headers.authorization)).toEqual(Array(3).fill('Bearer t0ken'));
  expect(rig.host.requests[0]?.headers.accept).toBe('application/vnd.github+json');

  rig.host.forget();
  expect(await rig.read(FOLDER, first)).toMatchObject({ outcome: 'unchanged' });
  expect(rig.host.counts()).toEqual({ requests: 1, conditional: 1, unchanged: 1 });

  rig.host.put(`${AT}/b.go`, 'package p\n\nfunc E() {}\n');
  expect(await rig.read(FOLDER, first)).toMatchObject({ outcome: 'read', sections: [{}, { title: 'p.E' }] });
});

test.each([
  ['a folder that is not there', '/repos/golang/go/contents/src/q?ref=go1', {}, 'module_not_found'],
  ['a file', '/repos/golang/go/contents/src/p/a.go?ref=go1', {}, 'not_a_directory'],
  ['another address', '/golang/go', {}, 'unsupported_url'],
  ['a file that is not the listed one', FOLDER, { fault: `${AT}/a.go` }, 'stale_file'],
  ['a module whose name is escaped wrongly', '/example.com/%zz/@v/v1.zip', {}, 'unsupported_url'],
  ['a module that is not there', '/example.com/m/@v/v1.zip', {}, 'module_not_found'],
])('%s is refused', async (_, path, { fault }: { fault?: string }, reason) => {
  const rig = await startRig({ pages: { [`${AT}/a.go`]: 'package p\n' } });
  if (fault) rig.host.setFaults([{ path: fault, fault: { type: 'redirect', to: '/other.go' } }]);
  rig.host.put('/other.go', 'package other\n');
  await expect(rig.read(path)).rejects.toMatchObject({ name: 'ParseFailure', reason });
});

test('a missing file or a failing host fails the package as what it is', async () => {
  const rig = await startRig({ pages: { [`${AT}/a.go`]: 'package p\n' } });
  rig.host.setFaults([{ path: `${AT}/a.go`, fault: { type: 'status', status: 404 } }]);
  await expect(rig.read(FOLDER)).rejects.toMatchObject({ name: 'FetchFailure', reason: 'not_found' });
  rig.host.setFaults([{ path: '/repos/*', fault: { type: 'status', status: 503 } }]);
  await expect(rig.read(FOLDER)).rejects.toMatchObject({ name: 'FetchFailure', reason: 'server_error' });
});

const MODULE = '/github.com/Azure/m/@v/v1.2.3.zip';
const ESCAPED = '/github.com/!azure/m/@v/v1.2.3.zip';
const LOOKUP = '/sumdb/lookup/github.com/!azure/m@v1.2.3';
const inModule = (path: string) => `github.com/Azure/m@v1.2.3/${path}`;
const ENTRIES: readonly ZipEntry[] = [
  { name: inModule('z/z.go'), content: 'package z\n\nvar Z int\n' },
  { name: inModule('a.go'), content: '// Package m is a module.\npackage m\n' },
  { name: inModule('internal/i.go'), content: 'package i\n\nvar I int\n' },
  { name: inModule('_x/x.go'), content: 'package x\n\nvar X int\n' },
  ...['vendor/v.go', 'z/testdata/t.go', '.git/g.go', 'a_test.go', 'go.mod'].map((path) => ({
    name: inModule(path),
    content: 'not read',
  })),
];

/** The hash as the documentation of dirhash words it, worked out apart from the product. */
function hashOf(entries: readonly ZipEntry[]): string {
  const sha256 = (content: string | Uint8Array) => createHash('sha256').update(content);
  const lines = entries.map(({ name, content }) => [name, `${sha256(content).digest('hex')}  ${name}\n`] as const);
  const sorted = lines.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, line]) => line);
  return `h1:${sha256(sorted.join('')).digest('base64')}`;
}

function lookup(hash: string): string {
  const module = 'github.com/Azure/m v1.2.3';
  return `12345\n${module}/go.mod h1:no=\n${module} ${hash}\n\ngo.sum database tree\n1\n`;
}

test('a module is read package by package once its hash is the one in the checksum database', async () => {
  const archive = zipArchive(ENTRIES);
  const rig = await startRig({ pages: { [ESCAPED]: archive, [LOOKUP]: lookup(hashOf(ENTRIES)) } });
  const reading = await readWhole(rig, MODULE);
  expect(reading).toMatchObject({ bytes: archive.length });
  expect(reading.sections.map(({ title }) => title)).toEqual(['m package', 'x.X', 'i.I', 'z.Z']);
  expect(rig.host.requests.map(({ path }) => path)).toEqual([ESCAPED, LOOKUP]);
  expect(await rig.read(MODULE, reading)).toMatchObject({ outcome: 'unchanged' });
  expect(await rig.read(ESCAPED, reading)).toMatchObject({ outcome: 'unchanged' });
  expect(rig.host.requests).toHaveLength(4);
});

test('a module that cannot be verified is not read', async () => {
  const rig = await startRig({ pages: { [ESCAPED]: zipArchive(ENTRIES), [LOOKUP]: lookup(hashOf(ENTRIES.slice(1))) } });
  const failure = () =>
    rig.read(MODULE).then(
      () => null,
      (thrown) => thrown,
    );
  const message = expect.stringContaining(hashOf(ENTRIES));
  expect(await failure()).toMatchObject({ reason: 'sumdb_mismatch', message });
  rig.host.put(LOOKUP, 'github.com/Azure/m v1.2.3/go.mod h1:no=\n');
  expect(await failure()).toMatchObject({ reason: 'sumdb_unavailable' });
  rig.host.setFaults([{ path: LOOKUP, fault: { type: 'status', status: 500 } }]);
  expect(await failure()).toMatchObject({ reason: 'sumdb_unavailable' });
  rig.host.setFaults([{ path: LOOKUP, fault: { type: 'reset' } }]);
  expect(await failure()).toMatchObject({ reason: 'sumdb_unavailable' });
  rig.host.setFaults([{ path: ESCAPED, fault: { type: 'status', status: 410 } }]);
  expect(await failure()).toMatchObject({ reason: 'module_withdrawn' });
});

test.each([
  ['names that lead out of it', zipArchive([{ name: '../../etc/x.go', content: 'x' }]), /\.\./],
  ['absolute names', zipArchive([{ name: '/etc/x.go', content: 'x' }]), /absolute/],
  ['too many files', zipArchive([1, 2, 3, 4].map((n) => ({ name: `${n}.go`, content: '' }))), /4 files, more than 3/],
  ['a large file', zipArchive([{ name: 'a.go', content: 'x'.repeat(1_001) }]), /a\.go of 1001 bytes/],
  [
    'many bytes',
    zipArchive([1, 2, 3].map((n) => ({ name: `${n}`, content: 'x'.repeat(900) }))),
    /more than 2000 bytes/,
  ],
  ['a bomb', zipArchive([{ name: 'a.go', content: '\0'.repeat(1_000) }]), /more than 4 times/],
  ['a bomb that lies', zipArchive([{ name: 'a.go', content: '\0'.repeat(9_000), declaredSize: 9 }]), /too many bytes/],
  ['a cut end', zipArchive([{ name: 'a.go', content: 'x' }]).subarray(0, -8), /cannot be unpacked/],
])('an archive with %s is refused', async (_, archive, message) => {
  const limits = { entries: 3, fileBytes: 1_000, totalBytes: 2_000, ratio: 4 };
  const unpack = async () => {
    for await (const file of zipFiles(archive, limits)) expect(file.content.length).toBeLessThanOrEqual(1_000);
  };
  await expect(unpack()).rejects.toMatchObject({ reason: 'bad_archive', message: expect.stringMatching(message) });
});

test('a token goes to GitHub only', () => {
  const bearer = gitHubBearer('t', 'https://api.github.com');
  expect(['https://api.github.com/x', 'https://raw.githubusercontent.com/x'].map(bearer)).toEqual(['t', 't']);
  expect(['https://api.github.com.example/x', 'https://example.com/contents/', 'no'].map(bearer)).toEqual(
    Array(3).fill(undefined),
  );
  expect(() => moduleVersionOf('https://h/@v/v1.zip')).toThrow(/MODULE/);
});
