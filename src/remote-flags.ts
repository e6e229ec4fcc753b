import { Flags } from '@oclif/core';

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

export interface RemoteFlags {
  readonly detach: boolean;
  readonly ref?: string | undefined;
  readonly 'dispatch-repo'?: string | undefined;
}
