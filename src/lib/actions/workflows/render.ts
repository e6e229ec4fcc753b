import { createHash } from 'node:crypto';
import { type WorkflowNames, withNames } from './names.ts';

const HEADER = /^# Written by `capture-cli workflows install`[^\n]*\n# sha256 of what follows: (?<hash>[0-9a-f]{64})\n/;

/** The condition under which the first job runs, as the shipped workflows write it. */
const CONDITION = /^( *if: \$\{\{ )(inputs\.\w+ \|\| vars\.\w+)( \}\})$/m;

/**
 * The file that is installed for a shipped workflow: with the repository's names, under the owner if one is set, calling
 * `version` of this program, and headed by the hash of its content, by which a local edit is recognised.
 */
export function renderWorkflow(shipped: string, names: WorkflowNames, version: string): string {
  const named = withNames(unixLines(shipped), names).replaceAll(
    /\bcapture-cli@\d+\.\d+\.\d+[\w.-]*/g,
    `capture-cli@${version}`,
  );
  const body =
    names.owner === undefined
      ? named
      : named.replace(CONDITION, `$1github.repository_owner == '${names.owner}' && ($2)$3`);
  return `# Written by \`capture-cli workflows install\`: change the settings under actions: and run it with --update.\n# sha256 of what follows: ${hashOf(body)}\n${body}`;
}

/** How a file in a repository stands to the one that would be written. */
export type WorkflowState =
  | 'missing'
  /** What would be written, with or without the header. */
  | 'current'
  /** As it was once written, by another version or with other names. */
  | 'outdated'
  /** Somebody has changed it, or written it. */
  | 'edited';

/** The state of a file by its text; `rendered` is what would be written. Line ends do not count. */
export function stateOf(text: string | undefined, rendered: string): WorkflowState {
  if (text === undefined) return 'missing';
  const present = unixLines(text);
  if (bodyOf(present) === bodyOf(rendered)) return 'current';
  return HEADER.exec(present)?.groups?.['hash'] === hashOf(bodyOf(present)) ? 'outdated' : 'edited';
}

function bodyOf(text: string): string {
  return text.replace(HEADER, '');
}

function hashOf(body: string): string {
  return createHash('sha256').update(body).digest('hex');
}

/** A checkout on Windows may have CR LF where git has LF. */
function unixLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}
