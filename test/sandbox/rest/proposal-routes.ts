import { z } from 'zod';
import type { Actions } from '../actions/actions.ts';
import { refusedFor } from '../actions/permissions.ts';
import type { Proposal } from '../actions/proposals.ts';
import type { SandboxRepository } from '../history/repository.ts';
import type { RestCall, RestResult, RestRoute } from './routes.ts';
import { repositoryRoute, restMessage } from './routes.ts';

const newProposal = z.object({ head: z.string(), base: z.string(), title: z.string(), body: z.string() });

/** Numbers above those of any generated pull request. */
const FIRST_NUMBER = 1_000_001;

function shown(repository: SandboxRepository, { number, state, title, body, head, base }: Proposal) {
  const html_url = `${repository.url}/pull/${number}`;
  return { number, state, title, body, html_url, head: { ref: head }, base: { ref: base } };
}

/** Pull requests of one branch that were opened here, as `GET /pulls?head=` lists them. */
export function listProposals(actions: Actions, call: RestCall, repository: SandboxRepository): RestResult {
  const head = (call.query.get('head') ?? '').replace(/^[^:]*:/, '');
  const state = call.query.get('state') ?? 'open';
  const found = actions
    .of(repository)
    .proposals.filter((one) => one.head === head && (state === 'all' || one.state === state));
  return { status: 200, body: found.map((one) => shown(repository, one)), rows: found.length };
}

function open(actions: Actions, call: RestCall, repository: SandboxRepository): RestResult {
  const refused = refusedFor(call, repository, 'pull-requests', 'write');
  if (refused) return refused;
  const asked = newProposal.safeParse(call.body);
  if (!asked.success) return restMessage(422, `Invalid request.\n\n${z.prettifyError(asked.error)}`);
  const { files, proposals } = actions.of(repository);
  const { head, base } = asked.data;
  const [tip, target] = [files.at(head), files.at(base)];
  if (!files.branches.includes(head) || !tip || !target) return restMessage(422, 'Validation Failed');
  if (tip.sha === target.sha) return restMessage(422, `No commits between ${base} and ${head}`);
  if (proposals.some((one) => one.state === 'open' && one.head === head)) {
    return restMessage(422, `A pull request already exists for ${head}.`);
  }
  const made: Proposal = { ...asked.data, number: FIRST_NUMBER + proposals.length, state: 'open' };
  proposals.push(made);
  return { status: 201, body: shown(repository, made) };
}

/** Opening pull requests. */
export function proposalRoutes(actions: Actions): readonly RestRoute[] {
  return repositoryRoute({
    method: 'POST',
    path: '/pulls',
    answer: (call, repository) => open(actions, call, repository),
  });
}
