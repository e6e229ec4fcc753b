import { callProcedure } from '../../lib/store/call.ts';
import { readMigrations } from '../../lib/store/schema/migrations.ts';
import type { Store } from '../../lib/store/store-options.ts';
import type { CheckedFile } from './file-finding.ts';

/** Compares the schema of an open database with the migrations of this program. @throws OperatorError of the store */
export async function checkStore(store: Store, migrationsDirectory: string): Promise<CheckedFile> {
  const [version, { newest }] = await Promise.all([
    callProcedure<string>(store.client, 'capture_schema_version', {}),
    readMigrations(migrationsDirectory),
  ]);
  const file = store.location;
  if (version === newest) return { file, kind: 'store', findings: [] };
  const message = `the database has the schema ${version}, and this program needs ${newest}`;
  const place = { file, line: 1, column: 1, rule: 'store/schema', unreadable: false };
  return { file, kind: 'store', findings: [{ ...place, message, nextSteps: ['supabase db push'] }] };
}
