import { expect, onTestFinished, test } from 'vitest';
import { isPublicAddress } from '../../../src/lib/fetch/address-guard.ts';
import { startDocsHost } from '../../sandbox/docs-host.ts';
import { startFetchRig, toLoopback } from './fetch-rig.ts';

const PAGES = { '/page.md': '# Page\n' };

test('ten redirects are followed, eleven are not, and a token stays with the host that it was given for', async () => {
  const other = await startDocsHost({ pages: PAGES });
  onTestFinished(other.close);
  const hop = (at: number, to: string) => ({ path: `/hop/${at}`, fault: { type: 'redirect', to } as const });
  const rig = await startFetchRig({}, { allowPrivateHosts: ['127.0.0.1'] });
  rig.host.setFaults([
    ...Array.from({ length: 9 }, (_, index) => hop(index + 1, `${index + 2}`)),
    hop(10, `${other.url}/page.md`),
    hop(0, '/hop/1'),
    { path: '/nowhere', fault: { type: 'status', status: 302 } },
  ]);
  const page = await rig.get('/hop/1', { bearer: 'secret' });
  expect(page).toMatchObject({ outcome: 'fetched', url: `${other.url}/page.md` });
  expect(rig.host.requests.map(({ headers }) => headers.authorization)).toEqual(Array(10).fill('Bearer secret'));
  expect(other.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);

  expect(await rig.failureOf('/hop/0')).toMatchObject({ reason: 'redirects', status: 302, attempts: 1 });
  expect((await rig.failureOf('/nowhere')).message).toContain('HTTP 302 without a location (redirects');
});

test('no redirect leads to a file, an address inside, or a name that leads inside', async () => {
  const other = await startDocsHost({ pages: PAGES });
  onTestFinished(other.close);
  const rig = await startFetchRig({}, { lookup: toLoopback });
  const refusals: string[] = [];
  const { port } = new URL(other.url);
  for (const to of [
    'file:///etc/passwd',
    'http://169.254.169.254/latest/meta-data/',
    `${other.url}/page.md`,
    `http://[::ffff:127.0.0.1]:${port}/page.md`,
    `http://2130706433:${port}/page.md`,
    `http://rebound.example:${port}/page.md`,
    `http://operator:word@127.0.0.1:${port}/page.md`,
  ]) {
    rig.host.setFaults([{ fault: { type: 'redirect', to } }]);
    const failure = await rig.failureOf('/page.md');
    expect(failure).toMatchObject({ reason: 'refused_address', attempts: 1 });
    refusals.push(/fetched: (.*), after/.exec(failure.message)?.[1] ?? failure.message);
  }
  expect(refusals).toEqual([
    'file: is not http or https',
    '169.254.169.254 is not a public address',
    '127.0.0.1 is not a public address',
    '[::ffff:7f00:1] leads to ::ffff:7f00:1, which is not a public address',
    '127.0.0.1 is not a public address',
    'rebound.example leads to 127.0.0.1, which is not a public address',
    'the address holds a user name or password',
  ]);
  expect(other.requests).toHaveLength(0);
  expect((await rig.failureOf('file:///etc/passwd')).reason).toBe('refused_address');
  expect((await rig.failureOf('http://')).message).toContain('this is not an address');
});

test('a name that is allowed may lead inside', async () => {
  const rig = await startFetchRig({ pages: PAGES }, { allowPrivateHosts: ['docs.example'], lookup: toLoopback });
  const { port } = new URL(rig.host.url);
  expect(await rig.get(`http://docs.example:${port}/page.md`)).toMatchObject({ outcome: 'fetched' });
});

test('only addresses of the public internet are public', () => {
  const inside = [
    '0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.169.254 172.16.0.1 192.168.1.1 198.18.0.1 224.0.0.1 255.255.255.255',
    ':: ::1 ::ffff:10.0.0.1 ::127.0.0.1 64:ff9b::7f00:1 fe80::1 fc00::1 fd00:ec2::254 fec0::1 ff02::1 2002:7f00:1:: 2001:db8::1',
  ].flatMap((line) => line.split(' '));
  expect(inside.filter(isPublicAddress)).toEqual([]);
  expect(['185.199.108.133', '1.1.1.1', '2606:50c0:8000::153'].filter(isPublicAddress)).toHaveLength(3);
});
