import { expect, test } from 'vitest';
import type { InstallsCache } from '../../../src/lib/installs/cache/cache-file.ts';
import { deriveCache } from '../../../src/lib/installs/ledger/derive.ts';
import type { LedgerEntry } from '../../../src/lib/installs/ledger/entry.ts';
import { refuseRegression } from '../../../src/lib/installs/refresh/write-guard.ts';

const AT = '2026-05-01T06:00:00.000Z';
const before: LedgerEntry[] = [
  { entry: 'repository', id: '7', name: 'docs', at: AT },
  { entry: 'day', source: 'clones', key: '7', name: 'docs', day: '2026-04-30', count: 60, at: AT },
  { entry: 'level', source: 'crates', key: 'acme', name: 'acme', count: 50, at: AT },
];

function guard(present: Partial<InstallsCache>, added: readonly LedgerEntry[] = []): void {
  const ledger = { before, after: [...before, ...added] };
  refuseRegression('cache.json', { ...deriveCache(before), ...present }, deriveCache(ledger.after), ledger);
}

test('every scalar, map entry and cursor that would fall is refused by name', () => {
  expect(() => guard({ npm: 1 })).toThrow('would regress npm 1 -> 0');
  expect(() => guard({ pypiByPackage: { gone: 3 } })).toThrow('pypiByPackage.gone 3 -> gone');
  expect(() => guard({ releasesByRepo: { docs: 3 } })).toThrow('releasesByRepo.docs 3 -> gone');
  expect(() => guard({ clonesByRepo: { docs: { count: 60, lastSeenDay: '2026-05-01' } } })).toThrow(
    'clonesByRepo.docs.lastSeenDay 2026-05-01 -> 2026-04-30',
  );
});

test('a new name, a total that was never the sum of its parts, and a fall that is allowed are let through', () => {
  guard({ total: 44_156 });
  guard({}, [{ entry: 'repository', id: '7', name: 'handbook', at: AT }]);
  // The name went to another repository: it is not compared with that one.
  guard({}, [
    { entry: 'repository', id: '7', name: 'handbook', at: AT },
    { entry: 'repository', id: '9', name: 'docs', at: AT },
    { entry: 'day', source: 'clones', key: '9', name: 'docs', day: '2026-04-30', count: 1, at: AT },
  ]);
  const allowance = (to: number): LedgerEntry => ({
    entry: 'allowance',
    field: 'maven',
    from: 9,
    to,
    reason: 'counted twice',
    at: AT,
  });
  guard({ maven: 9 }, [allowance(0)]);
  expect(() => guard({ maven: 9 }, [allowance(5)])).toThrow('would regress maven 9 -> 0');
});
