import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  hydrateDocument,
  INNER_CONNECTIONS,
  MAX_PULL_REQUESTS_PER_POINT,
} from '../../../src/lib/github/graphql/documents.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { enumerate, graphql } from './ask.ts';

const PULL_REQUESTS = 20_000;
const MEASURED = 40 * MAX_PULL_REQUESTS_PER_POINT;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox({ repositories: [{ owner: 'acme', name: 'big', prs: PULL_REQUESTS }] });
});
afterAll(() => sandbox.close());

it('hydrates more than 30,000 pull requests a minute with half a core, its client included', async () => {
  const ids = (await enumerate(sandbox, 'acme/big')).map((each) => each.id);
  expect(ids).toHaveLength(PULL_REQUESTS);
  const document = hydrateDocument(INNER_CONNECTIONS);
  const hydrate = async (from: number, to: number) => {
    for (let at = from; at < to; at += MAX_PULL_REQUESTS_PER_POINT) {
      const { errors } = await graphql(sandbox, document, { ids: ids.slice(at, at + MAX_PULL_REQUESTS_PER_POINT) });
      expect(errors).toBeUndefined();
    }
  };
  await hydrate(0, MEASURED);
  const before = process.cpuUsage();
  await hydrate(MEASURED, 2 * MEASURED);
  const { user, system } = process.cpuUsage(before);
  const perMinuteOfHalfACore = (MEASURED / ((user + system) / 1_000_000)) * 60 * 0.5;
  expect(perMinuteOfHalfACore).toBeGreaterThan(30_000);
});
