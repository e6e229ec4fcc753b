import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type CliRig, type RunningCli, startCliRig } from '../support/cli-rig.ts';
import { differencesFromTruth } from '../support/compare-with-truth.ts';
import { createdStore } from '../support/created-store.ts';
import { withEmbeddedQuery } from '../support/embedded-query.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';

let rig: CliRig;
let folder: TemporaryDirectory;
/** Leads to the embedded store instead of the hosted one. */
let embedded: Record<string, string>;

beforeAll(async () => {
  [rig, folder] = await Promise.all([startCliRig(), temporaryDirectory()]);
  embedded = { SUPABASE_URL: '', SUPABASE_SERVICE_KEY: '', DEADZONE_STORE_DIRECTORY: join(folder.path, 'store') };
});

afterEach(() => rig.sandbox.faults.replace([]));

afterAll(async () => {
  await rig.close();
  await folder.remove();
});

/** From the second page on every answer takes that long, so that others have time to look on. */
function slowDown(delayMs: number): void {
  rig.sandbox.faults.replace([{ match: { kind: 'hydrate', from: 2 }, fault: { type: 'slow-body', delayMs } }]);
}

describe('where there is nothing', () => {
  test('no store: every command that reads one says how to get one, and creates none', async () => {
    for (const args of [
      ['status'],
      ['status', 'acme/x'],
      ['pause', 'acme/x'],
      ['cancel', 'acme/x'],
      ['recover', 'acme/x'],
      ['verify', 'acme/x'],
    ]) {
      const { exitCode, stdout, stderr } = await rig.run(['backfill', ...args], { env: embedded });
      expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 1, stdout: '' });
      expect(stderr).toContain(`Error: there is no store at ${embedded['DEADZONE_STORE_DIRECTORY']} yet\n`);
      expect(stderr).toContain('capture a repository first: capture-cli backfill OWNER/REPO');
    }
  });

  test('an empty store, and a repository that it does not have', async () => {
    const status = await rig.run(['backfill', 'status']);
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toContain('No backfill in this store yet. Start one: capture-cli backfill OWNER/REPO');
    expect(JSON.parse((await rig.run(['backfill', 'status', '--json'])).stdout)).toEqual({ backfills: [] });
    for (const command of ['status', 'pause', 'cancel', 'recover']) {
      const { exitCode, stderr } = await rig.run(['backfill', command, 'acme/nowhere']);
      expect(exitCode, command).toBe(1);
      expect(stderr).toContain('Error: nothing of acme/nowhere is in the store\n');
      expect(stderr).toContain('start with `capture-cli backfill acme/nowhere`');
    }
  });
});

describe('where there are backfills', () => {
  let deserted: RunningCli;

  beforeAll(async () => {
    rig.repository({ owner: 'acme', name: 'deserted', prs: 30 });
    await rig.run(['backfill', 'acme/deserted', '--max-chunks', '1', '--chunk-size', '5']);
    // It takes a while to be sure that nobody works on it: the other tests run meanwhile.
    deserted = rig.start(['backfill', 'status', 'acme/deserted', '--watch']);
  });

  describe('while another process works on the embedded store', () => {
    test('status tells and follows, pause stops it after its chunk, resume goes on to the end', async () => {
      const repository = rig.repository({ owner: 'acme', name: 'busy', prs: 60 });
      await createdStore(embedded['DEADZONE_STORE_DIRECTORY'] ?? '');
      slowDown(400);
      const working = rig.start(['backfill', 'acme/busy', '--chunk-size', '5', '--jsonl'], embedded);
      await working.heard('"chunk.committed"');

      const status = await rig.run(['backfill', 'status', 'acme/busy'], { env: embedded });
      expect(status.exitCode).toBe(0);
      expect(status.stdout).toMatch(/^acme\/busy: active, 1 worker, \d+ of 60 pull requests/);
      expect(status.stdout).toContain('next         capture-cli backfill status acme/busy --watch');
      const document = JSON.parse((await rig.run(['backfill', 'status', '--json'], { env: embedded })).stdout);
      expect(document.backfills).toEqual([
        expect.objectContaining({ repository: 'acme/busy', status: 'active', workers: 1, total: 60 }),
      ]);

      const watching = rig.start(['backfill', 'status', 'acme/busy', '--watch'], embedded);
      await watching.heard('watching: acme/busy');
      const paused = await rig.run(['backfill', 'pause', 'acme/busy'], { env: embedded });
      expect(paused.exitCode).toBe(0);
      expect(paused.stdout).toContain('acme/busy: paused.');
      expect(paused.stdout).toContain('next  capture-cli backfill resume acme/busy');

      const worked = await working.ended;
      expect(worked.exitCode).toBe(69);
      expect(worked.stdout).toContain('"outcome":"paused"');
      expect(worked.stderr).toContain('Next: capture-cli backfill resume acme/busy');
      const watched = await watching.ended;
      expect(watched.exitCode).toBe(0);
      expect(watched.stderr).toContain('paused: acme/busy');

      const refused = await rig.run(['backfill', 'acme/busy'], { env: embedded });
      expect(refused.exitCode).toBe(69);
      expect(refused.stderr).toContain('Error: the backfill of acme/busy was paused by a user\n');
      expect(refused.stderr).toContain('capture-cli backfill resume acme/busy');

      slowDown(150);
      const resumed = rig.start(['backfill', 'resume', 'acme/busy', '--jsonl'], embedded);
      await resumed.heard('"chunk.started"');
      const toTheEnd = await rig.run(['backfill', 'status', 'acme/busy', '--watch', '--jsonl'], { env: embedded });
      expect(toTheEnd.exitCode).toBe(0);
      expect(JSON.parse(toTheEnd.stdout.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
        event: 'backfill.finished',
        outcome: 'completed',
        finished: 60,
      });
      expect((await resumed.ended).exitCode).toBe(0);
      const differences = await withEmbeddedQuery(embedded['DEADZONE_STORE_DIRECTORY'] ?? '', (query) =>
        differencesFromTruth(query, repository),
      );
      expect(differences).toEqual([]);
    });
  });

  describe('cancel', () => {
    test('stops the worker after its chunk; a later run captures only what is missing', async () => {
      const repository = rig.repository({ owner: 'acme', name: 'called-off', prs: 40 });
      slowDown(300);
      const working = rig.start(['backfill', 'acme/called-off', '--chunk-size', '5']);
      await working.heard('started: acme/called-off');
      await expect
        .poll(
          async () =>
            (
              await rig.query(
                `select count(*)::integer as n from pull_requests where repository_id = ${repository.databaseId}`,
              )
            )[0],
        )
        .not.toEqual({ n: 0 });
      const cancelled = await rig.run(['backfill', 'cancel', 'acme/called-off']);
      expect(cancelled.exitCode).toBe(0);
      expect(cancelled.stdout).toContain('acme/called-off: cancelled.');
      const ended = await working.ended;
      expect(ended.exitCode).toBe(69);
      expect(ended.stderr).toContain('cancelled: acme/called-off');
      for (const command of ['pause', 'cancel']) {
        const refused = await rig.run(['backfill', command, 'acme/called-off']);
        expect(refused.exitCode).toBe(2);
        expect(refused.stderr).toContain('the backfill of acme/called-off is not under way: it is cancelled');
      }
      const [whole] = await rig.query(`select count(*)::integer as n from pull_requests
      where repository_id = ${repository.databaseId} and cardinality(captured_kinds) = 5`);
      rig.sandbox.faults.replace([]);
      const again = await rig.run(['backfill', 'acme/called-off', '--json']);
      expect(again.exitCode).toBe(0);
      expect(JSON.parse(again.stdout).rows.pull_requests).toBe(40 - Number(whole?.['n']));
      expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
    });
  });

  describe('recover', () => {
    test('explains each chunk, changes nothing when asked not to, and what it puts back is captured', async () => {
      const repository = rig.repository({ owner: 'acme', name: 'broken', prs: 40 });
      rig.sandbox.faults.replace([{ match: { kind: 'hydrate', number: 3 }, fault: '502' }]);
      await rig.run(['backfill', 'acme/broken', '--chunk-size', '5', '--max-chunks', '1']);
      rig.sandbox.faults.replace([]);
      const state = `(select id from progressive_backfill_state where repository_id = ${repository.databaseId})`;
      await rig.query(`update backfill_chunks set status = 'processing', lease_owner = 'elsewhere:1:x', attempts = 2,
      lease_expires_at = now() - interval '1 minute' where state_id = ${state} and chunk_number = 2`);
      await rig.query(`update backfill_chunks set status = 'failed', attempts = 5, error = 'its lease expired 5 times'
      where state_id = ${state} and chunk_number = 3`);
      await rig.query(`update backfill_items set status = 'quarantined', reason = 'its lease expired 5 times'
      where chunk_id = (select id from backfill_chunks where state_id = ${state} and chunk_number = 3)`);
      await rig.query(`update backfill_chunks set status = 'processing', lease_owner = 'elsewhere:2:y', attempts = 1,
      lease_expires_at = now() + interval '2 seconds' where state_id = ${state} and chunk_number = 4`);
      const queue = () =>
        rig.query(
          `select chunk_number, status, lease_owner, attempts from backfill_chunks where state_id = ${state} order by 1`,
        );
      const before = await queue();

      const explained = await rig.run(['backfill', 'recover', 'acme/broken', '--dry-run']);
      expect(explained.exitCode).toBe(0);
      expect(explained.stdout).toMatch(
        /chunk 1 \(pull requests #1 to #5\) is captured but for what was set aside, 4 of 5 pull requests captured, 1 attempt, would be put back into the queue/,
      );
      expect(explained.stdout).toContain('#3 set aside: GitHub timed out (HTTP 502), 3 times when asked for it alone');
      expect(explained.stdout).toMatch(/chunk 2 .* lost its worker: the lease has expired, .*would be put back/);
      expect(explained.stdout).toMatch(/chunk 3 .* failed: its lease expired 5 times, .*would be put back/);
      expect(explained.stdout).toMatch(
        /chunk 4 .* is being worked on: its lease is alive, 0 of 5 pull requests captured, 1 attempt\n/,
      );
      expect(explained.stdout).toMatch(/\d+ chunks? in the queue, not begun: nothing to recover there/);
      expect(explained.stdout).toContain('next  capture-cli backfill recover acme/broken');
      expect(await queue()).toEqual(before);

      const recovered = await rig.run(['backfill', 'recover', 'acme/broken']);
      expect(recovered.exitCode).toBe(0);
      expect(recovered.stdout).toMatch(/chunk 2 .*, put back into the queue/);
      expect(recovered.stdout).toContain('next  capture-cli backfill acme/broken');
      expect((await rig.run(['backfill', 'acme/broken', '--chunk-size', '5'])).exitCode).toBe(0);
      expect(await differencesFromTruth(rig.query, repository)).toEqual([]);
      const done = await rig.run(['backfill', 'recover', 'acme/broken']);
      expect(done.stdout).toBe('acme/broken: every chunk is captured, there is nothing to recover\n');
    });
  });

  test('Ctrl-C ends the watching alone, and is no error', async () => {
    rig.repository({ owner: 'acme', name: 'left-alone', prs: 30 });
    await rig.run(['backfill', 'acme/left-alone', '--max-chunks', '1', '--chunk-size', '5']);
    const watching = rig.start(['backfill', 'status', 'acme/left-alone', '--watch']);
    await watching.heard('watching: acme/left-alone');
    process.kill(watching.pid, 'SIGINT');
    const { exitCode, stderr } = await watching.ended;
    expect(exitCode).toBe(130);
    expect(stderr).not.toContain('Error');
  });

  test('watching a backfill that nobody works on ends with the command that goes on', async () => {
    const status = await rig.run(['backfill', 'status', 'acme/deserted']);
    expect(status.stdout).toMatch(/^acme\/deserted: not finished, nobody works on it, 5 of 30/);
    const { exitCode, stderr } = await deserted.ended;
    expect(exitCode).toBe(0);
    expect(stderr).toContain('nobody works on this backfill: capture-cli backfill acme/deserted goes on with it');
  });
});
