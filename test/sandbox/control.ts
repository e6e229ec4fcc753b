import { z } from 'zod';
import { messageOf } from '../../src/lib/errors.ts';
import type { Actions } from './actions/actions.ts';
import { runScript } from './actions/run-script.ts';
import type { Faults } from './faults/engine.ts';
import { groundTruth } from './ground-truth.ts';
import { applyMutation, mutation } from './history/mutations.ts';
import type { Repositories } from './history/repositories.ts';
import type { Ledger } from './ledger.ts';
import type { Reply } from './reply.ts';
import { jsonReply, messageReply } from './reply.ts';
import type { Tokens } from './tokens.ts';
import { tokenOptions } from './tokens.ts';

/** What can be steered from outside the process. */
export interface Controls {
  readonly repositories: Repositories;
  readonly faults: Faults;
  readonly tokens: Tokens;
  readonly ledger: Ledger;
  readonly actions: Actions;
  reset(): void;
}

export const CONTROL_PREFIX = '/_sandbox/';

const mutations = z.union([z.array(mutation), mutation.transform((one) => [one])]);

const texts = z.record(z.string(), z.string());
const hosting = z.strictObject({
  repository: z.string(),
  /** A folder of this machine, or contents by file name. */
  workflows: z.union([z.string(), texts]),
  secrets: texts.default({}),
  vars: texts.default({}),
  files: texts.default({}),
});

const endpoints: Readonly<Record<string, (controls: Controls, url: URL, body: string) => Reply>> = {
  'GET ledger': ({ ledger }, url) => jsonReply(200, ledger.entries(Number(url.searchParams.get('since') ?? 0))),
  'GET counters': ({ ledger }) => jsonReply(200, ledger.counters()),
  'GET repositories': ({ repositories }) =>
    jsonReply(
      200,
      repositories.all().map((each) => ({
        nameWithOwner: each.nameWithOwner,
        databaseId: each.databaseId,
        pullRequests: each.numbers.length,
      })),
    ),
  /** One JSON a line, for a test whose sandbox lives in another process. */
  'GET ground-truth': ({ repositories }, url) => {
    const repository = repositories.require(url.searchParams.get('repository') ?? '');
    const lines = [...groundTruth(repository)].map((truth) => `${JSON.stringify(truth)}\n`);
    return { status: 200, headers: { 'content-type': 'application/x-ndjson' }, body: lines.join('') };
  },
  'POST mutations': ({ repositories }, _url, body) => {
    const changes = mutations.parse(JSON.parse(body));
    for (const change of changes) applyMutation(repositories, change);
    return jsonReply(200, { applied: changes.length });
  },
  'GET faults': ({ faults }) => jsonReply(200, faults.counts),
  'POST faults': ({ faults }, _url, body) => {
    faults.replace(JSON.parse(body));
    return jsonReply(200, { rules: faults.counts.length });
  },
  'POST tokens': ({ tokens }, _url, body) => {
    const given = z.record(z.string(), tokenOptions).parse(JSON.parse(body));
    for (const [token, options] of Object.entries(given)) tokens.configure(token, options);
    return jsonReply(200, { configured: Object.keys(given).length });
  },
  'POST workflows': ({ actions }, _url, body) => {
    const { repository, workflows, ...options } = hosting.parse(JSON.parse(body));
    const hosted = actions.hostWorkflows(repository, workflows, options).workflows();
    return jsonReply(200, { workflows: hosted.map(({ path }) => path) });
  },
  /** A scripted run that begins now. */
  'POST runs': ({ actions }, _url, body) => {
    const given = z.strictObject({ repository: z.string(), script: runScript }).parse(JSON.parse(body));
    return jsonReply(200, { id: actions.addRun(given.repository, given.script) });
  },
  /** Budgets, ledger and the counting of faults start again; the repositories stay as they are. */
  'POST reset': (controls) => {
    controls.reset();
    return jsonReply(200, { reset: true });
  },
};

/** Answers a control request, by whoever can reach the port: the sandbox listens on loopback alone. */
export function controlReply(controls: Controls, method: string, url: URL, body: string): Reply {
  const name = `${method} ${url.pathname.slice(CONTROL_PREFIX.length)}`;
  const endpoint = endpoints[name];
  if (!endpoint)
    return messageReply(404, `No control endpoint ${name}; there are ${Object.keys(endpoints).join(', ')}`);
  try {
    return endpoint(controls, url, body);
  } catch (thrown) {
    return messageReply(422, messageOf(thrown));
  }
}
