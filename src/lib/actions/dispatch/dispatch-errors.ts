import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

/** The workflow that was to be dispatched. */
export interface Target {
  /** OWNER/REPO */
  readonly repository: string;
  readonly workflow: string;
  readonly ref: string;
}

const INSTALL = 'write it there, in a checkout of that repository: capture-cli workflows install';
const UPDATE = 'bring it up to date, in a checkout of that repository: capture-cli workflows install --update';

export function repositoryArchived(repository: string): OperatorError {
  return new OperatorError(`${repository} is archived: nothing runs there any more`, {
    code: 'dispatch_repository_archived',
    exitCode: EXIT.usage,
    nextSteps: ['name another repository: --dispatch-repo OWNER/REPO'],
  });
}

/** GitHub lists no such workflow; it only lists what is, or once was, on the default branch. */
export function workflowMissing({ repository, workflow }: Target, defaultBranch: string): OperatorError {
  return new OperatorError(
    `${repository} has no workflow ${workflow} on its default branch ${defaultBranch}, or this token may not see it`,
    {
      code: 'workflow_missing',
      exitCode: EXIT.usage,
      nextSteps: [INSTALL, `then commit and push it to ${defaultBranch}`],
    },
  );
}

const DISABLED: Readonly<Record<string, string>> = {
  disabled_manually: 'somebody has disabled it',
  disabled_inactivity: 'GitHub has disabled it because nothing happened in the repository for 60 days',
  disabled_fork: 'GitHub disables workflows in forks until somebody enables them',
  deleted: 'it was deleted',
};

export function workflowDisabled({ repository, workflow }: Target, state: string): OperatorError {
  return new OperatorError(`${workflow} of ${repository} is disabled: ${DISABLED[state] ?? state}`, {
    code: 'workflow_disabled',
    exitCode: EXIT.usage,
    nextSteps: state === 'deleted' ? [INSTALL] : [`enable it: gh workflow enable ${workflow} --repo ${repository}`],
  });
}

export function refUnknown({ repository, ref }: Target): OperatorError {
  return new OperatorError(`${repository} has no branch or tag ${ref}`, {
    code: 'ref_unknown',
    exitCode: EXIT.usage,
    nextSteps: ['name a branch or a tag that is there: --ref NAME'],
  });
}

export function workflowNotOnRef({ repository, workflow, ref }: Target): OperatorError {
  return new OperatorError(`${workflow} is not on ${ref} of ${repository}`, {
    code: 'workflow_not_on_ref',
    exitCode: EXIT.usage,
    nextSteps: ['use a ref that has it: --ref NAME', INSTALL],
  });
}

export function workflowNotDispatchable({ repository, workflow, ref }: Target, readable: boolean): OperatorError {
  const why = readable ? 'it has no workflow_dispatch trigger' : 'it is not the YAML of a workflow';
  return new OperatorError(`${workflow} on ${ref} of ${repository} cannot be dispatched: ${why}`, {
    code: 'workflow_not_dispatchable',
    exitCode: EXIT.usage,
    nextSteps: [UPDATE, `see what is wrong: capture-cli workflows check .github/workflows/${workflow}`],
  });
}

/** The file on the ref and what would be sent do not fit together. */
export function inputsDiffer({ repository, workflow, ref }: Target, differences: readonly string[]): OperatorError {
  return new OperatorError(
    `${workflow} on ${ref} of ${repository} does not take what would be sent: ${differences.join('; ')}`,
    { code: 'workflow_inputs_differ', exitCode: EXIT.usage, nextSteps: [UPDATE] },
  );
}

const NEEDED_ACCESS =
  'give the token access: scope "repo" (classic), or "Actions: write" on the repository (fine-grained, App)';

export function tokenMayNotWrite(repository: string, why: string): OperatorError {
  return new OperatorError(`this token may not start workflows in ${repository}: ${why}`, {
    code: 'dispatch_not_permitted',
    exitCode: EXIT.auth,
    nextSteps: [NEEDED_ACCESS],
  });
}

/** GitHub's own refusal of the dispatch, in its words. */
export function dispatchRejected(target: Target, status: number, message: string): OperatorError {
  const { repository, workflow, ref } = target;
  return new OperatorError(
    `GitHub refuses to start ${workflow} on ${ref} of ${repository} (HTTP ${status})${message ? `: ${message}` : ''}`,
    {
      code: 'dispatch_rejected',
      nextSteps:
        status === 404 ? [NEEDED_ACCESS, INSTALL] : ['see what would be sent: the same command with --dry-run', UPDATE],
    },
  );
}

/** It is not known whether GitHub took the request, and nothing of it is to be seen. It was not sent again. */
export function dispatchUnconfirmed(
  target: Target,
  requestId: string,
  reason: string,
  waitedMs: number,
): OperatorError {
  const { repository, workflow } = target;
  return new OperatorError(
    `it is not certain that ${workflow} was started in ${repository}: ${reason}, and no run for request ${requestId} has shown up within ${waitedMs / 1_000} s; it was not sent a second time`,
    {
      code: 'dispatch_unconfirmed',
      nextSteps: [
        `look whether it runs: capture-cli runs list --dispatch-repo ${repository}`,
        'if it does not, run the same command again',
      ],
    },
  );
}
