import { access, constants, stat } from 'node:fs/promises';
import type { Clock } from '../clock.ts';
import type { Secret } from '../config/secrets.ts';
import { processIsAlive } from '../process-alive.ts';
import { type Finding, fail, pass, refused, warn } from './check.ts';
import { nearestExisting } from './machine.ts';

/** The folder of the embedded database: there or can be made, writable, and who is using it. It is not opened. */
export async function checkEmbeddedStore(directory: string): Promise<Finding> {
  const existing = await nearestExisting(directory);
  if (!(await stat(existing)).isDirectory()) {
    return fail(`${existing} is not a folder`, 'choose another folder with --store');
  }
  const writable = await access(existing, constants.W_OK).then(
    () => true,
    () => false,
  );
  if (!writable) return fail(`${existing} cannot be written to`, 'change its owner, or choose another with --store');
  if (existing !== directory) return pass(`embedded, ${directory} is made by the first backfill`);
  return await checkOwner(directory);
}

async function checkOwner(directory: string): Promise<Finding> {
  const [{ isCreated, readVersion, storeDirectory }, { readOwnerFile }] = await Promise.all([
    import('../store/embedded/store-directory.ts'),
    import('../store/embedded/owner-file.ts'),
  ]);
  const files = storeDirectory(directory);
  if (!(await isCreated(files))) return pass(`embedded, ${directory} is empty: the first backfill makes a database`);
  const version = await readVersion(files);
  const where = `embedded, ${directory}${version === null ? '' : `, schema ${version}`}`;
  const owner = await readOwnerFile(files.owner);
  if (owner.state === 'absent') return pass(`${where}, not in use`);
  if (owner.state === 'unusable') return warn(owner.error.message, owner.error.nextSteps.join('; '));
  const { pid, startedAt } = owner.owner;
  return processIsAlive(pid)
    ? pass(`${where}, in use by process ${pid} since ${startedAt}, which shares it`)
    : pass(`${where}, left by process ${pid}, which has ended: the next command takes over`);
}

export interface HostedStoreOptions {
  readonly url: string;
  readonly key: Secret | undefined;
  readonly directory: string;
  readonly migrationsDirectory: string;
  readonly clock: Clock;
  readonly fetch: typeof globalThis.fetch;
  /** Milliseconds for all requests together. */
  readonly timeoutMs: number;
}

/**
 * Opens the hosted store as a pipeline would, which proves address, key and schema.
 *
 * @throws OperatorError as `openStore` does
 */
export async function checkHostedStore(options: HostedStoreOptions): Promise<Finding> {
  const { url, key, directory, migrationsDirectory, clock, fetch, timeoutMs } = options;
  if (!key) return refused(`hosted, ${url}: no key`, 'set SUPABASE_SERVICE_KEY to the secret key of the project');
  const [{ openStore }, { recogniseServiceKey }, { callProcedure }] = await Promise.all([
    import('../store/store.ts'),
    import('../store/hosted/service-key.ts'),
    import('../store/call.ts'),
  ]);
  const deadline = AbortSignal.timeout(timeoutMs);
  const store = await openStore({
    url,
    serviceKey: key.reveal(),
    directory,
    migrationsDirectory,
    clock,
    fetch: (input, init) =>
      fetch(input, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, deadline]) : deadline }),
  });
  try {
    const version = await callProcedure<string>(store.client, 'capture_schema_version', {});
    const { kind } = recogniseServiceKey(key.reveal());
    return pass(`hosted, ${store.location}, ${kind} key from ${key.source}, schema ${version}`);
  } finally {
    await store.close();
  }
}
