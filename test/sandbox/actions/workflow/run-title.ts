import type { HostedRepository } from '../hosted-repository.ts';
import type { NodeMap, Scalar } from './document.ts';
import { interpolate, textOf } from './expressions.ts';

interface Started {
  readonly trigger: {
    readonly event: string;
    readonly ref: string;
    readonly actor: string;
    readonly inputs: Readonly<Record<string, Scalar>>;
  };
  readonly id: number;
  readonly number: number;
}

/** The parts of the `github` context that are known before any job starts. */
export function githubContext(hosted: HostedRepository, path: string, { trigger, id, number }: Started): NodeMap {
  const { repository, files } = hosted;
  const branch = trigger.ref.replace(/^refs\/heads\//, '');
  const sha = (files.at(trigger.ref) ?? files.head()).sha;
  const inputs = Object.fromEntries(Object.entries(trigger.inputs).map(([name, value]) => [name, textOf(value)]));
  return {
    actor: trigger.actor,
    triggering_actor: trigger.actor,
    event_name: trigger.event,
    event: {
      ...(trigger.event === 'workflow_dispatch' ? { inputs, ref: `refs/heads/${branch}`, workflow: path } : {}),
      repository: {
        id: repository.databaseId,
        name: repository.name,
        full_name: repository.nameWithOwner,
        default_branch: files.defaultBranch,
        private: repository.isPrivate,
        owner: { login: repository.owner },
      },
      sender: { login: trigger.actor },
    },
    ref: `refs/heads/${branch}`,
    ref_name: branch,
    ref_type: 'branch',
    ref_protected: false,
    head_ref: '',
    base_ref: '',
    repository: repository.nameWithOwner,
    repository_id: String(repository.databaseId),
    repository_owner: repository.owner,
    run_id: String(id),
    run_number: String(number),
    run_attempt: '1',
    retention_days: '90',
    server_url: 'https://github.com',
    sha,
    workflow: hosted.nameOf(path),
    workflow_ref: `${repository.nameWithOwner}/${path}@refs/heads/${branch}`,
    workflow_sha: sha,
  };
}

/** The evaluated `run-name`; null when the workflow has none, or cannot be read. */
export function titleOf(hosted: HostedRepository, path: string, started: Started): string | null {
  let template: string | undefined;
  try {
    template = hosted.document(path, hosted.files.at(started.trigger.ref)?.sha)['run-name'];
  } catch {
    return null;
  }
  if (template === undefined) return null;
  const contexts = {
    github: githubContext(hosted, path, started),
    inputs: started.trigger.inputs,
    vars: hosted.settings.vars ?? {},
  };
  return textOf(interpolate(template, { contexts })) || null;
}
