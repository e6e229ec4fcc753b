import { readFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { replaceFile } from '../../replace-file.ts';
import type { EmbedderIdentity } from '../embed/embedder.ts';
import type { Slot } from '../slot.ts';
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

/** When the artifact was made first, as its `state.yaml` says; undefined when there is none, or none that can be read. */
export async function createdAtOf(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '');
  try {
    const state: unknown = parse(text, { schema: 'failsafe' });
    if (state === null || typeof state !== 'object' || !('created_at' in state)) return undefined;
    const { created_at: createdAt } = state;
    return typeof createdAt === 'string' && !Number.isNaN(Date.parse(createdAt)) ? createdAt : undefined;
  } catch {
    return undefined;
  }
}

/** RFC 3339 in UTC without trailing zeros in the fraction, as Go's RFC3339Nano prints it. `ms` since the epoch. */
export function timestamp(ms: number): string {
  return new Date(ms).toISOString().replace(/\.?0+Z$/, 'Z');
}

function stateText({ slot, identity, docCount, createdAt, updatedAt }: SlotState): string {
  const lines = [
    `lib_id: ${scalar(slot.libId)}`,
    ...(slot.version === '' ? [] : [`version: ${scalar(slot.version)}`]),
    `schema_version: ${SCHEMA_VERSION}`,
    'embedder:',
    `    kind: ${scalar(identity.kind)}`,
    `    model: ${scalar(identity.model)}`,
    `    dim: ${identity.dim}`,
    ...(slot.ref === '' ? [] : [`ref: ${scalar(slot.ref)}`]),
    `created_at: ${createdAt}`,
    `updated_at: ${updatedAt}`,
    `url_count: ${slot.urls.length}`,
    `doc_count: ${docCount}`,
  ];
  return `${lines.join('\n')}\n`;
}

/** YAML 1.1 decides what needs quotes, as for Go: `1.14`, `2025-06-18` and `yes` would not be read as text. */
function scalar(text: string): string {
  return stringify(text, { schema: 'yaml-1.1', lineWidth: 0 }).trimEnd();
}
