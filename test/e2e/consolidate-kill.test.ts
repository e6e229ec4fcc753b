import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { withConnection } from '../../src/lib/docs/artifact/database-file.ts';
import { Random } from '../sandbox/history/random.ts';
import { type RunningCommand, startCommand } from '../support/backfill-process.ts';
import { cleanEnvironment } from '../support/cli.ts';
import { consolidateSamples, writeRegistry, writeSamples } from '../support/consolidation.ts';
import { SAMPLE_IDENTITY, sampleSlot } from '../support/sample-artifact.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../support/temp.ts';

/** Another 20 are the scrape's. */
const KILLS = 14;
const SLOTS = Array.from({ length: 60 }, (_, index) => sampleSlot(`/acme/library-${index}`));
/** In which they are copied. */
const ORDER = SLOTS.map(({ libId }) => libId).toSorted();
const EDITIONS = ['first', 'second'] as const;

let temp: TemporaryDirectory | undefined;
const running = new Set<RunningCommand>();

afterEach(async () => {
  for (const command of running) command.kill('SIGKILL');
  await Promise.all([...running].map((command) => command.ended()));
  await temp?.remove();
});

test(`after each of ${KILLS} kills the database is the old one or the new one, whole, and the next run makes the same bytes`, async () => {
  temp = await temporaryDirectory();
  const root = temp.path;
  const whole = new Map<string, Buffer>();
  for (const edition of EDITIONS) {
    const content = { documents: 20, length: 900, edition, identity: { ...SAMPLE_IDENTITY, dim: 64 } };
    await writeSamples(join(root, edition), SLOTS, content);
    await consolidateSamples(join(root, edition), SLOTS);
    whole.set(edition, await readFile(join(root, edition, 'deadzone.db')));
  }
  await writeRegistry(root, SLOTS);
  const start = (edition: string) => {
    const args = ['consolidate', '--jsonl', '--artifacts', join(root, edition, 'artifacts')];
    const command = startCommand(args, { cwd: root, env: cleanEnvironment(join(root, 'home')) });
    running.add(command);
    void command.ended().finally(() => running.delete(command));
    return command;
  };
  const database = join(root, 'deadzone.db');
  const editionThere = async () => {
    const bytes = await readFile(database);
    return EDITIONS.find((edition) => whole.get(edition)?.equals(bytes));
  };

  expect((await start('first').ended()).code).toBe(0);
  const random = new Random(7);
  let there: (typeof EDITIONS)[number] = 'first';
  let duringWork = 0;
  for (let kills = 0; kills < KILLS; ) {
    const wanted = there === 'first' ? 'second' : 'first';
    const command = start(wanted);
    // Some die when all is copied, while the new file takes the place of the old one.
    const copied = random.chance(0.35) ? SLOTS.length : random.below(SLOTS.length);
    await command.said(
      copied === 0 ? /consolidate\.started/ : new RegExp(`consolidated","slot":"${ORDER[copied - 1]}"`),
    );
    await delay(random.below(5));
    command.kill('SIGKILL');
    const { signal, stderr, code, stdout } = await command.ended();
    if (signal === 'SIGKILL') kills += 1;
    else if (code !== 0) throw new Error(`a run ended with ${code}: ${stderr}`);
    if (signal === 'SIGKILL' && !stdout.includes('consolidate.finished')) duringWork += 1;
    const found = await editionThere();
    expect(found, `after ${copied} of ${SLOTS.length} slots`).toBeDefined();
    there = found ?? there;
  }
  expect(duringWork).toBeGreaterThan(KILLS / 2);

  const last = there === 'first' ? 'second' : 'first';
  expect((await start(last).ended()).code).toBe(0);
  expect(await editionThere()).toBe(last);
  expect((await readdir(root)).filter((name) => name.includes('deadzone'))).toEqual(['deadzone.db']);
  const check = withConnection(database, { readOnly: true }, (open) => open.prepare('PRAGMA integrity_check').all());
  expect(check).toEqual([{ integrity_check: 'ok' }]);
});
