import { chmod, cp, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../../src/lib/clock.ts';
import { messageOf } from '../../../src/lib/errors.ts';
import { callProcedure, rowsOf } from '../../../src/lib/store/call.ts';
import { openOwnedStore } from '../../../src/lib/store/embedded/owned-store.ts';
import type { OwnerRecord } from '../../../src/lib/store/embedded/owner-file.ts';
import { tryOwnership } from '../../../src/lib/store/embedded/ownership-lock.ts';
import { storeDirectory } from '../../../src/lib/store/embedded/store-directory.ts';
import { readMigrations } from '../../../src/lib/store/schema/migrations.ts';
import { openStore, type Store, type StoreOptions } from '../../../src/lib/store/store.ts';
import { FIRST_NOTE_MIGRATION, writeNoteMigrations } from '../../support/note-migrations.ts';
import { refusalOf } from '../../support/refusal.ts';
import { directoryFingerprint, type TemporaryDirectory, temporaryDirectory } from '../../support/temp.ts';

let temp: TemporaryDirectory;
let migrationsDirectory: string;
let newerMigrations: string;
const NEWER = '20990101000000';

beforeAll(async () => {
  temp = await temporaryDirectory();
  migrationsDirectory = await writeNoteMigrations(join(temp.path, 'migrations'));
  newerMigrations = await writeNoteMigrations(join(temp.path, 'newer'), [NEWER]);
  await (await openStore(options('template'))).close();
});
afterAll(() => temp.remove());

function options(name: string, other: Partial<StoreOptions> = {}): StoreOptions {
  return { directory: join(temp.path, name), migrationsDirectory, clock: systemClock, ...other };
}

async function copied(name: string, other: Partial<StoreOptions> = {}): Promise<StoreOptions> {
  await cp(join(temp.path, 'template'), join(temp.path, name), { recursive: true });
  return options(name, other);
}

describe('an embedded store', () => {
  it('keeps rows from one opening to the next', async () => {
    const settings = await copied('kept');
    const first = await openStore(settings);
    await callProcedure(first.client, 'note_put', { p_id: 1, p_body: 'a\0b' });
    await first.close();
    const second = await openStore(settings);
    expect(await rowsOf('the notes', second.client.from('notes').select('id, body'))).toEqual([{ id: 1, body: 'ab' }]);
    await second.close();
  });

  it('can be opened twice in one process, and a closed one refuses work', async () => {
    const settings = await copied('twice');
    const first = await openStore(settings);
    const second = await openStore(settings);
    await callProcedure(second.client, 'note_put', { p_id: 7, p_body: 'x' });
    expect(await callProcedure(first.client, 'note_ids', {})).toEqual([7]);
    await first.close();
    expect(await callProcedure(second.client, 'note_ids', {})).toEqual([7]);
    await second.close();
    await second.close();
    await expect(callProcedure(second.client, 'note_ids', {})).rejects.toThrow('after it was closed');
  });

  it('starts with small buffers and without the extensions that nothing uses', async () => {
    const files = storeDirectory((await copied('small')).directory);
    const { openEmbeddedDatabase } = await import('../../../src/lib/store/embedded/embedded-database.ts');
    const database = await openEmbeddedDatabase(files.data);
    const setting = await database.session.query("select current_setting('shared_buffers') as buffers", []);
    const extensions = await database.session.query('select name from pg_available_extensions', []);
    await database.close();
    expect(setting).toEqual([{ buffers: '16MB' }]);
    expect(extensions).toEqual([{ name: 'plpgsql' }]);
  });

  it('records its migrations as the Supabase CLI does', async () => {
    const files = storeDirectory((await copied('history')).directory);
    const { openEmbeddedDatabase } = await import('../../../src/lib/store/embedded/embedded-database.ts');
    const database = await openEmbeddedDatabase(files.data);
    const rows = await database.session.query<{ version: string; name: string; statements: string[] }>(
      'select version, name, statements from supabase_migrations.schema_migrations',
      [],
    );
    await database.close();
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ version: FIRST_NOTE_MIGRATION, name: 'notes' });
    expect(rows[0]?.statements.at(0)).toBe(
      'create table public.notes (id bigint primary key, body text not null, taken_by text)',
    );
    expect(rows[0]?.statements).toHaveLength(8);
  });

  it('is brought to newer migrations when it is opened, and its rows stay', async () => {
    const settings = await copied('upgraded');
    const before = await openStore(settings);
    await callProcedure(before.client, 'note_put', { p_id: 1, p_body: 'kept' });
    await before.close();
    const after = await openStore({ ...settings, migrationsDirectory: newerMigrations });
    expect(await callProcedure(after.client, 'capture_schema_version', {})).toBe(NEWER);
    expect(await callProcedure(after.client, 'note_ids', {})).toEqual([1]);
    await after.close();
  });

  it('that a newer version made is refused, and not a byte of it changes; also when only the database itself tells', async () => {
    const settings = await copied('newer-store', { migrationsDirectory: newerMigrations });
    await (await openStore(settings)).close();
    const before = await directoryFingerprint(settings.directory);
    const refusal = await refusalOf(openStore({ ...settings, migrationsDirectory }));
    expect(refusal).toMatchObject({ code: 'store_newer', exitCode: 1 });
    expect(await directoryFingerprint(settings.directory)).toBe(before);

    await rm(join(settings.directory, 'version.json'));
    expect(await refusalOf(openStore({ ...settings, migrationsDirectory }))).toMatchObject({ code: 'store_newer' });
  });

  it('that a newer or an older version is serving is refused, and the owner file stays', async () => {
    const settings = await copied('served-newer', { migrationsDirectory: newerMigrations });
    const owner = await openStore(settings);
    const file = join(settings.directory, 'owner.json');
    const before = await readFile(file, 'utf8');
    expect(await refusalOf(openStore({ ...settings, migrationsDirectory }))).toMatchObject({ code: 'store_newer' });
    expect(await readFile(file, 'utf8')).toBe(before);
    await owner.close();

    const older = await copied('served-older');
    const oldOwner = await openStore(older);
    const refusal = await refusalOf(openStore({ ...older, migrationsDirectory: newerMigrations }));
    expect(refusal).toMatchObject({ code: 'store_owner_outdated' });
    expect(refusal.message).toContain(`process ${process.pid}`);
    await oldOwner.close();
  });

  it('is not created by a command that only reads', async () => {
    const settings = options('nowhere', { mustExist: true });
    const refusal = await refusalOf(openStore(settings));
    expect(refusal.code).toBe('store_missing');
    expect(refusal.nextSteps[0]).toContain('capture-cli backfill');
    await expect(stat(settings.directory)).rejects.toThrow('ENOENT');
  });

  it('uses no schema cache that it did not write for this schema', async () => {
    const settings = await copied('cache');
    const file = join(settings.directory, 'schema-cache.json');
    for (const content of ['{"validity":"another","schema":"{}"}', 'not json']) {
      await writeFile(file, content);
      const store = await openStore(settings);
      expect(await callProcedure(store.client, 'note_ids', {})).toEqual([]);
      await store.close();
      expect(JSON.parse(await readFile(file, 'utf8'))).toHaveProperty('schema');
    }
  });
});

describe('a database error reaches the caller as PostgREST would give it', () => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(await copied('errors'));
  });
  afterAll(async () => {
    await store.close();
  });

  it.each(['P0001', 'P0002', '23505', '23514', '22023', '42704', '55P03', 'CC123'])(
    '%s with message, detail and hint',
    async (code) => {
      const thrown: unknown = await callProcedure(store.client, 'note_refuse', { p_code: code }).catch(
        (reason: unknown) => reason,
      );
      expect(thrown).toMatchObject({
        name: 'StoreError',
        code,
        details: 'the detail',
        hint: 'the hint',
        request: 'note_refuse',
      });
      expect(String(thrown)).toContain('refused on purpose');
    },
  );

  it.each(['40001', 'XX000'])('%s, which no caller can help, with what was asked and what to do next', async (code) => {
    const thrown: unknown = await callProcedure(store.client, 'note_refuse', { p_code: code }).catch(
      (reason: unknown) => reason,
    );
    expect(thrown).toMatchObject({ name: 'OperatorError', code: 'store_failing', exitCode: 1 });
    expect(messageOf(thrown)).toContain('note_refuse');
    expect(messageOf(thrown)).toContain(`(${code})`);
  });

  it.each([
    ['42501', 'store_permission_denied', 4],
    ['53100', 'store_full', 1],
    ['57014', 'store_timeout', 1],
  ])('%s as what the operator can do about it', async (code, name, exitCode) => {
    expect(await refusalOf(callProcedure(store.client, 'note_refuse', { p_code: code }))).toMatchObject({
      code: name,
      exitCode,
    });
  });

  it('and is not printed by the layer below, which would tear the display and show what a request carried', async () => {
    const printed = vi.spyOn(process.stderr, 'write');
    await callProcedure(store.client, 'note_refuse', { p_code: 'P0001' }).catch(() => undefined);
    expect(printed).not.toHaveBeenCalled();
    printed.mockRestore();
  });

  it('a request that is given up is not waited for', async () => {
    const started = performance.now();
    await expect(
      callProcedure(store.client, 'note_ids', {}, { signal: AbortSignal.abort(new Error('given up')) }),
    ).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('a directory that cannot be the store is refused with one clear error', () => {
  it('other files in it', async () => {
    const directory = join(temp.path, 'foreign');
    await mkdir(directory);
    await writeFile(join(directory, 'thesis.txt'), 'mine');
    const refusal = await refusalOf(openStore(options('foreign')));
    expect(refusal).toMatchObject({ code: 'store_foreign_directory' });
    expect(refusal.message).toContain('thesis.txt');
    expect(await readdir(directory)).toEqual(['thesis.txt']);
  });

  it('a file in its place, and a file on the way', async () => {
    await writeFile(join(temp.path, 'file'), '');
    expect(await refusalOf(openStore(options('file')))).toMatchObject({ code: 'store_unusable', exitCode: 2 });
    expect(await refusalOf(openStore(options('file/below')))).toMatchObject({ code: 'store_unusable' });
  });

  it('a database that does not start', async () => {
    const settings = await copied('damaged');
    await writeFile(join(settings.directory, 'data', 'global', 'pg_control'), 'x'.repeat(8_192));
    const refusal = await refusalOf(openStore(settings));
    expect(refusal).toMatchObject({ code: 'store_damaged' });
    // The failure lets go of the ownership.
    tryOwnership(join(settings.directory, 'owner.lock'))?.release();
  });

  it('a lock file that is none', async () => {
    const settings = await copied('bad-lock');
    await writeFile(join(settings.directory, 'owner.lock'), 'not a database'.repeat(100));
    expect(await refusalOf(openStore(settings))).toMatchObject({ code: 'store_damaged' });
  });
});

describe('a full disk', () => {
  it('is told when the store is opened and while it is used, to the owner and to guests, and nothing is lost', async () => {
    const settings = await copied('full');
    const files = storeDirectory(settings.directory);
    const migrations = await readMigrations(migrationsDirectory);
    let space = 1e12;
    const open = () => {
      const lock = tryOwnership(files.lock);
      if (lock === null) throw new Error('someone owns it');
      return openOwnedStore({ files, migrations, lock, now: Date.now, free: async () => space });
    };
    const owner = await open();
    const guest = await openStore(settings);
    await callProcedure(guest.client, 'note_put', { p_id: 1, p_body: 'before' });
    space = 1e6;
    expect(await refusalOf(callProcedure(guest.client, 'note_put', { p_id: 2, p_body: 'while' }))).toMatchObject({
      code: 'store_full',
    });
    expect(await refusalOf(owner.fetch(new Request('http://store.localhost/rest/v1/notes')))).toMatchObject({
      code: 'store_full',
    });
    space = 1e12;
    expect(await callProcedure(guest.client, 'note_ids', {})).toEqual([1]);
    await owner.close();
    await guest.close();
    space = 1e6;
    expect(await refusalOf(open())).toMatchObject({ code: 'store_full' });
  });
});

describe('the served store', () => {
  it('answers nobody without the key, and no page that rebinds its name to this machine', async () => {
    const settings = await copied('served');
    const store = await openStore(settings);
    const { url, key } = JSON.parse(await readFile(join(settings.directory, 'owner.json'), 'utf8')) as OwnerRecord;
    const { port } = new URL(url);
    const status = (headers: Record<string, string>) =>
      new Promise<number | undefined>((resolve, reject) => {
        request({ host: '127.0.0.1', port, path: '/rest/v1/notes', headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        })
          .on('error', reject)
          .end();
      });
    expect(await status({ apikey: key })).toBe(200);
    expect(await status({})).toBe(401);
    expect(await status({ apikey: `${key}x` })).toBe(401);
    expect(await status({ apikey: key, host: `evil.example:${port}` })).toBe(403);
    await store.close();
  });

  it('is not joined through an owner file that others may read, or that someone has changed', async () => {
    const settings = await copied('exposed');
    const owner = await openStore(settings);
    const file = join(settings.directory, 'owner.json');
    await chmod(file, 0o644);
    expect(await refusalOf(openStore(settings))).toMatchObject({ code: 'store_owner_file_exposed', exitCode: 4 });
    await chmod(file, 0o600);
    await writeFile(file, '{"pid":');
    const refusal = await refusalOf(openStore(settings));
    expect(refusal).toMatchObject({ code: 'store_owner_file_unreadable' });
    expect(refusal.message).toContain(file);
    await owner.close();
  });
});
