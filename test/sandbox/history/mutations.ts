import { z } from 'zod';
import type { Repositories } from './repositories.ts';
import { repositoryOptions } from './repository.ts';

const repository = z.string().regex(/^[^/\s]+\/[^/\s]+$/, 'must be OWNER/NAME');
const number = z.int().positive();

/** A change to what the sandbox serves, in process, over `POST /_sandbox/mutations` or by script. */
export const mutation = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('append'), repository, count: z.int().positive() }),
  z.strictObject({
    kind: z.literal('edit'),
    repository,
    number,
    title: z.string().optional(),
    body: z.string().optional(),
    state: z.enum(['OPEN', 'CLOSED', 'MERGED']).optional(),
  }),
  z.strictObject({ kind: z.literal('comment'), repository, number, body: z.string() }),
  z.strictObject({ kind: z.literal('delete'), repository, number }),
  z.strictObject({ kind: z.literal('rename'), repository, name: z.string().min(1) }),
  z.strictObject({ kind: z.literal('transfer'), repository, owner: z.string().min(1), name: z.string().optional() }),
  z.strictObject({ kind: z.literal('remove'), repository }),
  z.strictObject({ kind: z.literal('rename-account'), repository, databaseId: z.int(), login: z.string().min(1) }),
  z.strictObject({ kind: z.literal('create'), options: repositoryOptions }),
]);
export type Mutation = z.input<typeof mutation>;

/** Mutations that happen by themselves: at the first request after `ms` since the start, or before the nth request. */
export const mutationScript = z.array(
  z.strictObject({
    at: z.union([z.strictObject({ ms: z.int().min(0) }), z.strictObject({ request: z.int().positive() })]),
    mutation,
  }),
);
export type MutationScript = z.input<typeof mutationScript>;

function defined<Value extends object>(value: Value): { [Key in keyof Value]: Exclude<Value[Key], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as {
    [Key in keyof Value]: Exclude<Value[Key], undefined>;
  };
}

/**
 * Applies one mutation.
 * @throws ZodError for one that is not well formed, OperatorError or RangeError for one that names what is not there.
 */
export function applyMutation(repositories: Repositories, input: Mutation): void {
  const change = mutation.parse(input);
  if (change.kind === 'create') {
    repositories.create(defined(change.options));
    return;
  }
  const target = repositories.require(change.repository);
  switch (change.kind) {
    case 'append':
      target.append(change.count);
      return;
    case 'edit': {
      const { title, body, state } = change;
      target.edit(change.number, {
        ...(title === undefined ? {} : { title }),
        ...(body === undefined ? {} : { body }),
        ...(state === undefined ? {} : { state }),
      });
      return;
    }
    case 'comment':
      target.edit(change.number, { comment: change.body });
      return;
    case 'delete':
      target.delete(change.number);
      return;
    case 'rename':
      repositories.move(target, { name: change.name });
      return;
    case 'transfer':
      repositories.move(target, { owner: change.owner, ...(change.name === undefined ? {} : { name: change.name }) });
      return;
    case 'remove':
      repositories.remove(target);
      return;
    case 'rename-account':
      target.renameAccount(change.databaseId, change.login);
      return;
  }
}

/** The scripted mutations that are due, each once. */
export class MutationSchedule {
  #waiting: z.infer<typeof mutationScript>;

  /** @throws ZodError for a script that is not well formed. */
  constructor(script: MutationScript) {
    this.#waiting = mutationScript.parse(script);
  }

  /** Takes what is due `elapsedMs` after the start and before request number `request` (from 1). */
  due(elapsedMs: number, request: number): readonly Mutation[] {
    if (this.#waiting.length === 0) return [];
    const isDue = (at: { ms: number } | { request: number }) =>
      'ms' in at ? elapsedMs >= at.ms : request >= at.request;
    const due = this.#waiting.filter((each) => isDue(each.at));
    this.#waiting = this.#waiting.filter((each) => !isDue(each.at));
    return due.map((each) => each.mutation);
  }
}
