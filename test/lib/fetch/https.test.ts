import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { selfSignedCertificate } from '../../support/certificate.ts';
import { startFetchRig, toLoopback } from './fetch-rig.ts';

test('a page comes over TLS from a name whose certificate is trusted, and from no other', async () => {
  const certificate = selfSignedCertificate('docs.example');
  const server = createServer(certificate, (_request, response) => response.end('# Page\n')).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { get, failureOf } = await startFetchRig(
    {},
    { lookup: toLoopback, allowPrivateHosts: ['docs.example', 'other.example'] },
  );

  expect(await failureOf(`https://docs.example:${port}/page.md`)).toMatchObject({ reason: 'transport', attempts: 1 });

  const before = getCACertificates('default');
  onTestFinished(() => setDefaultCACertificates(before));
  setDefaultCACertificates([...before, certificate.cert]);
  expect(await get(`https://docs.example:${port}/page.md`)).toMatchObject({ outcome: 'fetched' });
  const other = await failureOf(`https://other.example:${port}/page.md`);
  expect(other).toMatchObject({ reason: 'transport', attempts: 1 });
  expect(other.message).toContain('other.example. is not in the cert');
  expect(await failureOf(`https://inside.example:${port}/page.md`)).toMatchObject({ reason: 'refused_address' });
});
