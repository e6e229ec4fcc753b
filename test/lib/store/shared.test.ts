import { chmod, cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { openEmbeddedStore } from '../../../src/lib/store/embedded/embedded-store.ts';
import { writeNoteMigrations } from '../../support/note-migrations.ts';
import { type StoreProcesses, storeProcesses } from '../../support/store-processes.ts';
import { type TemporaryDirectory, temporaryDirectory } from '../../support/temp.ts';

let temp: TemporaryDirectory;
let processes: StoreProcesses;
let migrations: string;
/** A store that was created and closed: copying it spares each test the creation. */
let template: string;

beforeAll(async () => {
  temp = await temporaryDirectory();
  processes = storeProcesses();
  migrations = await writeNoteMigrations(join(temp.path, 'migrations'));
  template = join(temp.path, 'template');
  const creator = processes.start(template, migrations);
  await creator.ask({ order: 'close' }).catch(() => undefined);
  expect(await creator.ended()).toMatchObject({ code: 0 });
});
afterEach(() => processes.end());
afterAll(() => temp.remove());

async function newStore(name: string): Promise<string> {
  const directory = join(temp.path, name);
  await cp(template, directory, { recursive: true });
  return directory;
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);

describe('several processes use one embedded store', () => {
  it('each sees at once what the other has written; the database is loaded once; both end by themselves', async () => {
    const directory = await newStore('two');
    const ownerFile = join(directory, 'owner.json');
    const owner = processes.start(directory, migrations);
    const owning = await owner.reported('opened');
    // The key is for this user's processes only.
    expect((await stat(ownerFile)).mode & 0o777).toBe(0o600);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);

    const guest = processes.start(directory, migrations);
    const visiting = await guest.reported('opened');
    // Without a database a process has 75 MB, with one that has small buffers 175 MB.
    expect(visiting.rssMb).toBeLessThan(100);
    expect(owning.rssMb).toBeGreaterThan(130);
    await Promise.all([
      owner.ask({ order: 'put', ids: range(1, 20) }),
      guest.ask({ order: 'put', ids: range(21, 40) }),
    ]);
    expect(await owner.ask({ order: 'ids' })).toEqual(range(1, 40));
    expect(await guest.ask({ order: 'ids' })).toEqual(range(1, 40));

    for (const each of [guest, owner]) {
      each.tell({ order: 'close' });
      expect(await each.ended()).toEqual({ code: 0, signal: null });
      expect(each.stderr()).toBe('');
    }
    await expect(stat(ownerFile)).rejects.toThrow('ENOENT');
  });

  it('another takes over within 5 s when the owner is killed, and no acknowledged row is lost', async () => {
    const directory = await newStore('killed');
    const owner = processes.start(directory, migrations);
    await owner.reported('opened');
    const guest = processes.start(directory, migrations);
    await guest.reported('opened');
    const ids = range(1, 150);
    const ownerIds = range(1_001, 3_000);
    const work = guest.ask({ order: 'put', ids });
    owner.tell({ order: 'put', ids: ownerIds });
    await delay(150);
    owner.kill('SIGKILL');
    await work;

    const takeover = await guest.reported('takeover');
    expect(takeover.previousPid).toBe(owner.pid);
    const slowest = Math.max(...guest.reports.map((report) => (report.report === 'put' ? report.elapsedMs : 0)));
    console.log(`takeover ${takeover.elapsedMs} ms, slowest write ${slowest} ms`);
    expect(slowest).toBeLessThan(5_000);
    const acknowledged = owner.reports.flatMap((report) => (report.report === 'put' ? [report.id] : []));
    expect(acknowledged.length).toBeGreaterThan(0);
    const kept = new Set((await guest.ask({ order: 'ids' })) as number[]);
    expect([...ids, ...acknowledged].filter((id) => !kept.has(id))).toEqual([]);
  });

  it('an owner that leaves finishes what runs, and the others go on without an error', async () => {
    const directory = await newStore('leaving');
    const owner = processes.start(directory, migrations);
    await owner.reported('opened');
    const guests = [processes.start(directory, migrations), processes.start(directory, migrations)] as const;
    await Promise.all(guests.map((guest) => guest.reported('opened')));
    const waiting = guests[0].ask({ order: 'wait', seconds: 0.5 });
    const writing = guests[1].ask({ order: 'put', ids: range(1, 60) });
    await delay(100);
    owner.tell({ order: 'close' });
    expect(await owner.ended()).toEqual({ code: 0, signal: null });
    expect(await waiting).toBe('waited');
    await writing;
    expect(await guests[0].ask({ order: 'ids' })).toEqual(range(1, 60));
    const takers = guests.flatMap((guest) => guest.reports.filter((report) => report.report === 'takeover'));
    expect(takers).toHaveLength(1);
  });

  it('ten that start at once, where a creation was killed in the middle, all get the one store', async () => {
    const directory = join(temp.path, 'ten');
    for (const after of [50, 1_000]) {
      const dying = processes.start(directory, migrations);
      await until(async () => (await readdir(directory).catch((): string[] => [])).includes('creating'));
      await delay(after);
      dying.kill('SIGKILL');
      await dying.ended();
    }
    const ten = range(1, 10).map(() => processes.start(directory, migrations));
    await Promise.all(ten.map((each) => each.reported('opened')));
    await Promise.all(ten.map((each, index) => each.ask({ order: 'put', ids: [index + 1] })));
    expect(await ten[9]?.ask({ order: 'ids' })).toEqual(range(1, 10));
    expect(await readdir(directory)).not.toContain('creating');
  });
});

describe('an owner that is there and does not answer', () => {
  it('is named, with how to continue or end it', async () => {
    const directory = await newStore('stopped');
    const owner = processes.start(directory, migrations);
    await owner.reported('opened');
    owner.kill('SIGSTOP');
    const opening = openEmbeddedStore(
      { directory, migrationsDirectory: migrations, clock: systemClock },
      { aliveMs: 300, requestMs: 300, settleMs: 5_000 },
    );
    await expect(opening).rejects.toMatchObject({
      code: 'store_owner_not_responding',
      message: expect.stringContaining(`process ${owner.pid} serves the store at ${directory}`),
      nextSteps: [expect.stringContaining(`kill -CONT ${owner.pid}`), expect.anything()],
    });
  });
});

describe('a directory without the rights', () => {
  it('is refused with its name', async () => {
    const directory = await newStore('unwritable');
    await chmod(directory, 0o500);
    const stranger = processes.start(directory, migrations, [
      '--import',
      join(import.meta.dirname, '../../support/as-nobody.ts'),
    ]);
    const failure = await stranger.reported('failed');
    expect(failure.code).toBe('store_not_writable');
    expect(failure.message).toContain(directory);
  });
});

describe('an owner file that a killed owner left', () => {
  it('does not matter, whatever is in it', async () => {
    const directory = await newStore('corrupt');
    await writeFile(join(directory, 'owner.json'), '{"pid": 1, "ur', { mode: 0o644 });
    const owner = processes.start(directory, migrations);
    await owner.reported('opened');
    expect(JSON.parse(await readFile(join(directory, 'owner.json'), 'utf8'))).toMatchObject({ pid: owner.pid });
  });
});

async function until(condition: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 500; tries += 1) {
    if (await condition()) return;
    await delay(10);
  }
  throw new Error('it never became true');
}
