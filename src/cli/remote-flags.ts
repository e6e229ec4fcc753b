import * as Flags from '@oclif/core/flags';
import { entryOfCommand } from '../lib/actions/catalogue/catalogue.ts';
import { OperatorError } from '../lib/errors.ts';
import { EXIT } from '../lib/exit-codes.ts';
import { PipelineCommand } from './pipeline-command.ts';

export const dispatchRepoFlag = Flags.string({
  summary: 'Repository whose GitHub Actions run the workflows, as OWNER/REPO.',
  helpValue: 'OWNER/REPO',
});

/** The flags of every command that can run on GitHub Actions instead of here. */
export const REMOTE_FLAGS = {
  remote: Flags.boolean({
    summary: 'Run it on GitHub Actions: start the workflow, watch it to the end, exit with its verdict.',
    helpGroup: 'REMOTE',
  }),
  detach: Flags.boolean({
    summary: 'Start it and do not wait for its end.',
    dependsOn: ['remote'],
    helpGroup: 'REMOTE',
  }),
  ref: Flags.string({
    summary: 'Branch or tag whose workflow is run; the default branch without it.',
    dependsOn: ['remote'],
    helpValue: 'REF',
    helpGroup: 'REMOTE',
  }),
  'dispatch-repo': Flags.string({
    summary: 'Repository whose GitHub Actions run the workflows, as OWNER/REPO.',
    dependsOn: ['remote'],
    helpValue: 'OWNER/REPO',
    helpGroup: 'REMOTE',
  }),
};

/** `--dry-run` of a command that has no other meaning for it. */
export const remoteDryRunFlag = Flags.boolean({
  char: 'n',
  summary: 'With --remote: tell what would be sent. Sends nothing.',
  dependsOn: ['remote'],
  helpGroup: 'REMOTE',
});

export interface RemoteFlags {
  readonly detach: boolean;
  readonly ref?: string | undefined;
  readonly 'dispatch-repo'?: string | undefined;
}

/** What the parser tells of flags beside their values. */
export interface FlagOrigins {
  readonly flags: Readonly<Record<string, { readonly setFromDefault?: boolean } | undefined>>;
}

/** The flags without those that nobody typed. */
export function typedFlags(flags: object, { flags: origins }: FlagOrigins): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => !origins[name]?.setFromDefault));
}

/**
 * Refuses flags that have no meaning on a runner: those that are neither an input of the workflow, nor about the
 * dispatch, nor about how this command presents itself. `flags` are as parsed, without defaults of their own.
 *
 * @throws OperatorError `remote_flag_unsupported`, exit 2
 */
export function refuseLocalFlags(command: string, flags: Readonly<Record<string, unknown>>): void {
  const inputs = (entryOfCommand(command)?.inputs ?? []).flatMap(({ from }) =>
    typeof from === 'object' && 'flag' in from ? [from.flag] : [],
  );
  const known = new Set([...inputs, ...Object.keys(REMOTE_FLAGS), ...Object.keys(PipelineCommand.baseFlags)]);
  const given = Object.entries(flags).filter(([, value]) => value !== undefined && value !== false);
  const refused = given.map(([name]) => name).filter((name) => !known.has(name));
  if (refused.length === 0) return;
  throw new OperatorError(
    `${refused.map((name) => `--${name}`).join(', ')} cannot be used with --remote: the workflow has no such input`,
    { code: 'remote_flag_unsupported', exitCode: EXIT.usage, nextSteps: ['leave it away, or run without --remote'] },
  );
}
