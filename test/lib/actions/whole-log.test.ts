import type { ServerResponse } from 'node:http';
import { expect, test } from 'vitest';
import { readWholeLog } from '../../../src/lib/actions/logs/whole-log.ts';
import { listJobs } from '../../../src/lib/actions/runs/run-list.ts';
import { clientFor } from '../github/client-under-test.ts';
import { VirtualClock } from '../github/virtual-clock.ts';
import { RUN_ID, simulateRun } from './simulated-run.ts';

const REPOSITORY = { owner: 'acme', name: 'ops' };

async function readLog(log: (response: ServerResponse) => void, colour: boolean): Promise<readonly string[]> {
  const clock = new VirtualClock();
  const sim = await simulateRun(clock, { jobs: [{ name: 'Worker\u001b[2J 1', startsAt: 0, endsAt: 1, log }] });
  clock.advance(60_000);
  const { client: github } = clientFor(sim.server.url, { clock });
  const { signal } = new AbortController();
  const [job] = (await listJobs(github, REPOSITORY, String(RUN_ID), signal)) ?? [];
  const lines: string[] = [];
  const subject = { jobId: String(job?.id), name: job?.name ?? '' };
  await readWholeLog({ github, fetch: globalThis.fetch, signal }, REPOSITORY, subject, colour, (line) =>
    lines.push(line),
  );
  return lines;
}

const send = (text: string) => (response: ServerResponse) => {
  response.writeHead(200, { 'content-type': 'text/plain' }).end(text);
};

test('a whole log has colours only where they are wanted', async () => {
  const log = send('2026-11-22T04:00:00.0Z \u001b[32mgreen\u001b[0m\u001b[2J\n##[endgroup]\nplain\n');
  expect(await readLog(log, true)).toEqual([expect.stringContaining('\u001b[32mgreen'), 'plain']);
  expect(await readLog(log, false)).toEqual(['green', 'plain']);
});

test('a download that breaks off is an error that names the job and what to do', async () => {
  const cut = (response: ServerResponse): void => {
    response.writeHead(200, { 'content-type': 'text/plain', 'content-length': '100' });
    response.write('half', () => response.destroy());
  };
  await expect(readLog(cut, false)).rejects.toMatchObject({
    code: 'log_cut',
    message: expect.stringMatching(/^the log of Worker 1 could not be read/),
    nextSteps: ['run the same command again'],
  });
});
