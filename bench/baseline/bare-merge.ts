import { closeSync, fsyncSync, openSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createTables } from '../../src/lib/docs/artifact/schema.ts';
import { loadSqlite } from '../../src/lib/sqlite.ts';

/**
 * What a consolidation cannot do without: ATTACH, INSERT … SELECT and DETACH for each artifact, with the same settings of
 * SQLite, and the file brought to the disk. Checks nothing. Arguments: artifacts' folder, database, numbers in a vector.
 * Prints the milliseconds.
 */
const [artifacts = '', path = '', dim] = process.argv.slice(2);
const { DatabaseSync } = loadSqlite();
rmSync(path, { force: true });
const startedAt = performance.now();
const database = new DatabaseSync(path);
database.exec('PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE');
createTables(database, Number(dim));
for (const slug of readdirSync(artifacts).toSorted()) {
  database.prepare('ATTACH ? AS source').run(`${pathToFileURL(join(artifacts, slug, 'artifact.db')).href}?immutable=1`);
  database.exec(`
    BEGIN;
    INSERT INTO docs (lib_id, version, title, content, embedding)
      SELECT lib_id, version, title, content, embedding FROM source.docs ORDER BY id;
    INSERT INTO libs SELECT * FROM source.libs;
    COMMIT;
    DETACH source`);
}
database.close();
const file = openSync(path, 'r');
fsyncSync(file);
closeSync(file);
process.stdout.write(`${performance.now() - startedAt}\n`);
