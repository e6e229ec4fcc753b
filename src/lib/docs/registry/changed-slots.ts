import { basename, dirname } from 'node:path';
import { execa } from 'execa';
import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';
import { type Slot, slotName } from '../slot.ts';
import { parseRegistry, type Registry } from './registry.ts';

export interface ChangedSlots {
  readonly slots: readonly Slot[];
  /** Why every slot counts as changed: that revision has no registry, or none that can be read. */
  readonly incomparable?: string;
}

/**
 * Those slots of a registry whose `cacheHash` the registry of a git revision does not have: they are new, or their kind, ref or
 * addresses have changed.
 *
 * @throws OperatorError `revision_unknown`, exit 2
 */
export async function changedSlots({ path, slots }: Registry, revision: string): Promise<ChangedSlots> {
  const source = await sourceAt(path, revision);
  if (source === undefined) return { slots, incomparable: `${revision} has no ${basename(path)}` };
  try {
    const before = new Map(
      parseRegistry(`${revision}:${basename(path)}`, source).slots.map((slot) => [slotName(slot), slot.cacheHash]),
    );
    return { slots: slots.filter((slot) => before.get(slotName(slot)) !== slot.cacheHash) };
  } catch (thrown) {
    if (!(thrown instanceof OperatorError)) throw thrown;
    return { slots, incomparable: `the registry of ${revision} cannot be read: ${thrown.message}` };
  }
}

/** The file as it was in a revision; undefined where it was not there. */
async function sourceAt(path: string, revision: string): Promise<string | undefined> {
  const git = (...args: readonly string[]) =>
    execa('git', args, { cwd: dirname(path), reject: false, stripFinalNewline: false, timeout: 30_000 });
  // git would take it for an option.
  if (revision.startsWith('-')) throw revisionUnknown(revision, path, 'it begins with "-"');
  const commit = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`);
  if (commit.failed) throw revisionUnknown(revision, path, commit.stderr.trim() || 'git knows no such commit');
  const shown = await git('show', `${commit.stdout.trim()}:./${basename(path)}`);
  return shown.failed ? undefined : shown.stdout;
}

function revisionUnknown(revision: string, path: string, reason: string): OperatorError {
  return new OperatorError(
    `--changed-since "${revision}" is not a revision in the git checkout of ${path}: ${reason}`,
    {
      code: 'revision_unknown',
      exitCode: EXIT.usage,
      nextSteps: [
        'name a commit, a branch or a tag: --changed-since origin/main',
        'fetch it if it is not here: git fetch',
      ],
    },
  );
}
