import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { replaceFile } from '../../replace-file.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import type { Slot } from '../slot.ts';
import { yamlScalar } from '../yaml-scalar.ts';
import { SCHEMA_VERSION } from './schema.ts';

/** What `state.yaml` tells people and deadzone's own scraper about an artifact. */
export interface SlotState {
  readonly slot: Slot;
  readonly identity: EmbedderIdentity;
  readonly docCount: number;
  /** RFC 3339 */
  readonly createdAt: string;
  /** RFC 3339 */
  readonly updatedAt: string;
}

/** Writes `state.yaml` byte for byte as deadzone does. */
export async function writeState(path: string, state: SlotState): Promise<void> {
  await replaceFile(path, stateText(state));
}

/** When an artifact was made first, and when it was found to be up to date last: RFC 3339. */
export interface StateTimes {
  readonly createdAt: string | undefined;
  readonly updatedAt: string | undefined;
}

/** The times that a `state.yaml` says; undefined when there is none, or none that can be read. */
export async function readStateTimes(path: string): Promise<StateTimes> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    const state: unknown = parse(text, { schema: 'failsafe' });
    if (state === null || typeof state !== 'object') return NO_TIMES;
    return {
      createdAt: 'created_at' in state ? timeOrUndefined(state.created_at) : undefined,
      updatedAt: 'updated_at' in state ? timeOrUndefined(state.updated_at) : undefined,
    };
  } catch {
    return NO_TIMES;
  }
}

/** RFC 3339 in UTC without trailing zeros in the fraction, as Go's RFC3339Nano prints it. `ms` since the epoch. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z');
}

const NO_TIMES: StateTimes = { createdAt: undefined, updatedAt: undefined };

function timeOrUndefined(value: unknown): string | undefined {
  return typeof value === 'string' && !Number.isNaN(Date.parse(value)) ? value : undefined;
}

function stateText({ slot, identity, docCount, createdAt, updatedAt }: SlotState): string {
  const lines = [
    `lib_id: ${yamlScalar(slot.libId)}`,
    ...(slot.version === '' ? [] : [`version: ${yamlScalar(slot.version)}`]),
    `schema_version: ${SCHEMA_VERSION}`,
    'embedder:',
    `    kind: ${yamlScalar(identity.kind)}`,
    `    model: ${yamlScalar(identity.model)}`,
    `    dim: ${identity.dim}`,
    ...(slot.ref === '' ? [] : [`ref: ${yamlScalar(slot.ref)}`]),
    `created_at: ${createdAt}`,
    `updated_at: ${updatedAt}`,
    `url_count: ${slot.urls.length}`,
    `doc_count: ${docCount}`,
  ];
  return `${lines.join('\n')}\n`;
}
