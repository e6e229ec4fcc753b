import { randomBytes } from 'node:crypto';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheVersion } from '../../caches.ts';
import type { ActionCall, LocalAction } from './local-action.ts';
import { booleanInput, lines } from './local-action.ts';
import { bytesOf, copy, landed, matching, portable } from './stored-files.ts';

/** What a folder of a store is copied as: the places of its roots stand in the names. */
async function restoreFolder(call: ActionCall, folder: string): Promise<void> {
  for (const name of await readdir(folder))
    await copy(join(folder, name), landed(call.frame.place, decodeURIComponent(name)));
}

function refOf(call: ActionCall): string {
  return (call.frame.contexts['github'] as { readonly ref: string }).ref;
}

async function restore(call: ActionCall): Promise<Record<string, string>> {
  const { frame, inputs } = call;
  const key = inputs['key'] ?? '';
  const paths = lines(inputs['path']);
  const query = {
    key,
    paths,
    restoreKeys: lines(inputs['restore-keys']),
    ref: refOf(call),
    now: frame.house.clock.now(),
  };
  const found = frame.hosted.caches.find(query);
  if (!found) {
    if (booleanInput(inputs, 'fail-on-cache-miss'))
      throw new Error(`Failed to restore cache entry. Exiting as fail-on-cache-miss is set. Input key: ${key}`);
    call.log(`Cache not found for input keys: ${[key, ...query.restoreKeys].join(', ')}`);
    return { 'cache-primary-key': key };
  }
  if (!booleanInput(inputs, 'lookup-only')) await restoreFolder(call, found.folder);
  call.log(`Cache restored from key: ${found.key}`);
  return { 'cache-primary-key': key, 'cache-matched-key': found.key, 'cache-hit': String(found.key === key) };
}

async function save(call: ActionCall): Promise<void> {
  const { frame, inputs } = call;
  const key = inputs['key'] ?? '';
  const paths = lines(inputs['path']);
  const now = frame.house.clock.now();
  const { caches } = frame.hosted;
  const refusal = caches.refusal(key, paths, refOf(call), now);
  if (refusal !== null) {
    call.warn(`Failed to save: ${refusal}`);
    return;
  }
  const found = matching(frame.place, paths);
  if (found.length === 0) {
    call.warn(
      'Path Validation Error: Path(s) specified in the action for caching do(es) not exist, hence no cache is being saved.',
    );
    return;
  }
  const folder = join(await frame.house.root(), 'caches', randomBytes(8).toString('hex'));
  await mkdir(folder, { recursive: true });
  for (const path of found) await copy(path, join(folder, encodeURIComponent(portable(frame.place, path))));
  const version = cacheVersion(paths);
  caches.add({ key, version, ref: refOf(call), createdAt: now, bytes: await bytesOf(folder), folder });
  call.log(`Cache saved with key: ${key}`);
}

const COMMON = { path: '', key: '', enableCrossOsArchive: 'false' };
const RESTORE = { ...COMMON, 'restore-keys': '', 'fail-on-cache-miss': 'false', 'lookup-only': 'false' };

/** actions/cache/restore */
export const cacheRestore: LocalAction = { inputs: RESTORE, run: restore };

/** actions/cache/save */
export const cacheSave: LocalAction = {
  inputs: { ...COMMON, 'upload-chunk-size': '' },
  run: async (call) => {
    await save(call);
    return {};
  },
};

/** actions/cache: restores, and saves after a job that succeeded unless the key itself was found. */
export const cache: LocalAction = {
  inputs: { ...RESTORE, 'upload-chunk-size': '', 'save-always': 'false' },
  run: async (call) => {
    const outputs = await restore(call);
    call.state['hit'] = outputs['cache-hit'] ?? '';
    return outputs;
  },
  post: async (call) => {
    if (call.frame.status !== 'success' || booleanInput(call.inputs, 'lookup-only')) return;
    if (call.state['hit'] === 'true')
      call.log(`Cache hit occurred on the primary key ${call.inputs['key']}, not saving cache.`);
    else await save(call);
  },
};
