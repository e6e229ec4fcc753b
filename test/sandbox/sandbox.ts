import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { Clock } from '../../src/lib/clock.ts';
import { systemClock } from '../../src/lib/clock.ts';
import { messageOf } from '../../src/lib/errors.ts';
import { Actions } from './actions/actions.ts';
import type { ActionsOptions } from './actions/options.ts';
import { type AppOptions, Apps } from './apps.ts';
import { Budgets } from './budgets.ts';
import { CONTROL_PREFIX, controlReply } from './control.ts';
import { deliver } from './delivery.ts';
import type { House } from './exchange.ts';
import { exchange } from './exchange.ts';
import { Faults } from './faults/engine.ts';
import type { FaultScript } from './faults/script.ts';
import { GraphQLEngine } from './graphql/engine.ts';
import { githubSchema } from './graphql/schema.ts';
import type { Mutation, MutationScript } from './history/mutations.ts';
import { applyMutation, MutationSchedule } from './history/mutations.ts';
import { Repositories } from './history/repositories.ts';
import type { RepositoryOptions, SandboxRepository } from './history/repository.ts';
import { githubLatency, noLatency } from './latency.ts';
import type { Counters } from './ledger.ts';
import { Ledger } from './ledger.ts';
import { listen } from './listen.ts';
import { PublishedReleases } from './releases.ts';
import { messageReply } from './reply.ts';
import { accountRoutes } from './rest/account-routes.ts';
import { contentsRoutes } from './rest/contents-routes.ts';
import { gitRoutes } from './rest/git-routes.ts';
import { jobRoutes } from './rest/job-routes.ts';
import { organizationRoutes } from './rest/organization-routes.ts';
import { proposalRoutes } from './rest/proposal-routes.ts';
import { pullRequestRoutes } from './rest/pull-request-routes.ts';
import { releaseRoutes } from './rest/release-routes.ts';
import { Router } from './rest/router.ts';
import type { RestRoute } from './rest/routes.ts';
import { runRoutes } from './rest/run-routes.ts';
import { storageRoutes } from './rest/storage-routes.ts';
import { trafficRoutes } from './rest/traffic-routes.ts';
import { workflowRoutes } from './rest/workflow-routes.ts';
import type { TokenOptions } from './tokens.ts';
import { Tokens } from './tokens.ts';
import { ToldLimits } from './told-limits.ts';
import { Traffic } from './traffic.ts';

/** GitHub's limits of a user's token, an hour. */
const HOURLY_LIMIT = 5_000;
const HOUR_MS = 3_600_000;
/** GitHub: "wait for at least one minute before retrying". */
const BARE_SECONDARY_MS = 60_000;

export interface SandboxOptions {
  readonly repositories?: readonly RepositoryOptions[];
  /** Default: any free port. */
  readonly port?: number;
  /** Tokens with limits of their own, by their text. */
  readonly tokens?: Readonly<Record<string, TokenOptions>>;
  /** Whether any text in the format of a GitHub token is a good token; default true. */
  readonly acceptUnknownTokens?: boolean;
  /** Points a window for tokens without a limit of their own; default 5,000. */
  readonly graphqlLimit?: number;
  /** Requests a window; default 5,000. */
  readonly restLimit?: number;
  /** How long a budget lasts; default an hour. It ends on a whole second, as GitHub tells no more than seconds. */
  readonly windowMs?: number;
  /** `github` answers as slowly as GitHub; default: at once. */
  readonly latency?: 'none' | 'github';
  /** Scales the latency model; default 1. */
  readonly latencyFactor?: number;
  readonly faults?: FaultScript;
  readonly mutations?: MutationScript;
  /** How long a secondary limit without `retry-after` counts as told; default 60 s. */
  readonly bareSecondaryMs?: number;
  /** GitHub Apps, by their ids. */
  readonly apps?: Readonly<Record<string, AppOptions>>;
  /** GitHub Actions. */
  readonly actions?: ActionsOptions;
  /** How far GitHub's clock is ahead of this machine's, in milliseconds; negative: behind. */
  readonly clockSkewMs?: number;
  /** REST routes beside those of pull requests. */
  readonly routes?: readonly RestRoute[];
  readonly clock?: Clock;
}

/** A simulated GitHub that is listening. */
export interface Sandbox extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly graphqlUrl: string;
  /** What GITHUB_API_URL is set to. */
  readonly apiUrl: string;
  readonly repositories: Repositories;
  readonly faults: Faults;
  readonly tokens: Tokens;
  readonly ledger: Ledger;
  /** Workflows, runs and their jobs. */
  readonly actions: Actions;
  /** Releases and their assets. */
  readonly releases: PublishedReleases;
  /** Clones and views. */
  readonly traffic: Traffic;
  counters(): Counters;
  /** @throws OperatorError `repository_unknown`. */
  repository(nameWithOwner: string): SandboxRepository;
  /** Changes what is served. @throws OperatorError, RangeError or ZodError, see `applyMutation`. */
  mutate(mutation: Mutation): void;
  /** Whole budgets, an empty ledger, faults counting from the beginning. */
  reset(): void;
  /** Breaks off what is under way and stops listening. */
  close(): Promise<void>;
}

function skewed(clock: Clock, byMs: number): Clock {
  return byMs === 0 ? clock : { now: () => clock.now() + byMs, sleep: (ms, signal) => clock.sleep(ms, signal) };
}

interface HouseParts {
  readonly house: House;
  readonly actions: Actions;
  readonly releases: PublishedReleases;
  readonly traffic: Traffic;
}

function houseOf(options: SandboxOptions, clock: Clock): HouseParts {
  const repositories = new Repositories();
  for (const each of options.repositories ?? []) repositories.create(each);
  const limits = { graphql: options.graphqlLimit ?? HOURLY_LIMIT, rest: options.restLimit ?? HOURLY_LIMIT };
  const tokens = new Tokens({
    configured: options.tokens ?? {},
    acceptUnknown: options.acceptUnknownTokens ?? true,
    limits,
  });
  const releases = new PublishedReleases(() => clock.now());
  const traffic = new Traffic(() => clock.now());
  const actions = new Actions(options.actions ?? {}, { clock, repositories, tokens });
  const routes = [
    ...accountRoutes,
    ...organizationRoutes,
    ...pullRequestRoutes(actions),
    ...proposalRoutes(actions),
    ...contentsRoutes(actions),
    ...gitRoutes(actions),
    ...workflowRoutes(actions),
    ...runRoutes(actions),
    ...jobRoutes(actions),
    ...storageRoutes(actions),
    ...releaseRoutes(releases, actions.links),
    ...trafficRoutes(traffic),
    ...(options.routes ?? []),
  ];
  const house = {
    clock,
    now: () => clock.now(),
    engine: new GraphQLEngine(githubSchema),
    router: new Router(routes),
    repositories,
    budgets: new Budgets(options.windowMs ?? HOUR_MS),
    tokens,
    apps: new Apps(options.apps ?? {}, { clock, tokens }),
    faults: new Faults(options.faults ?? []),
    toldLimits: new ToldLimits(),
    ledger: new Ledger(),
    latency: options.latency === 'github' ? githubLatency(options.latencyFactor ?? 1) : noLatency,
    startedAt: clock.now(),
    bareSecondaryMs: options.bareSecondaryMs ?? BARE_SECONDARY_MS,
  };
  return { house, actions, releases, traffic };
}

/**
 * Starts a simulated GitHub on 127.0.0.1.
 * @throws OperatorError for options, files or a port that cannot be used.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const { house, actions, releases, traffic } = houseOf(
    options,
    skewed(options.clock ?? systemClock, options.clockSkewMs ?? 0),
  );
  const { repositories, faults, tokens, ledger, toldLimits, budgets, clock } = house;
  const schedule = new MutationSchedule(options.mutations ?? []);
  const reset = () => {
    budgets.reset();
    toldLimits.reset();
    ledger.reset();
    faults.reset();
  };
  const mutate = (mutation: Mutation) => applyMutation(repositories, mutation);
  const underWay = new Set<Promise<void>>();

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
    const bytes = await buffer(request);
    if (url.pathname.startsWith(CONTROL_PREFIX)) {
      const reply = controlReply(
        { repositories, faults, tokens, ledger, actions, reset },
        request.method ?? 'GET',
        url,
        bytes.toString(),
      );
      await deliver(response, reply, { clock, gone: new AbortController().signal, delayMs: 0, fault: null });
      return;
    }
    const at = clock.now();
    const ordinal = ledger.arrive();
    try {
      for (const due of schedule.due(at - house.startedAt, ordinal)) mutate(due);
      await exchange(house, { request, response, url, bytes, ordinal, at });
    } catch (thrown) {
      ledger.abandon();
      throw thrown;
    }
  };

  const server = createServer((request, response) => {
    const one = handle(request, response).catch((thrown: unknown) => {
      // A bug of the sandbox, or a client that broke off while sending: say so where somebody may still see it.
      if (response.headersSent || response.destroyed) response.destroy();
      else response.writeHead(500).end(messageReply(500, `The sandbox failed: ${messageOf(thrown)}`).body);
    });
    underWay.add(one);
    void one.finally(() => underWay.delete(one));
  });
  // Longer than any pause of a client between two pages: a kept connection is not closed under its next request.
  server.keepAliveTimeout = 120_000;
  const port = await listen(server, options.port ?? 0);
  const url = `http://127.0.0.1:${port}`;
  await actions.open(url);
  const close = async (): Promise<void> => {
    const stopped = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeAllConnections();
    await stopped;
    await actions.close();
    await Promise.all(underWay);
  };
  return {
    url,
    graphqlUrl: `${url}/graphql`,
    apiUrl: url,
    repositories,
    faults,
    tokens,
    ledger,
    actions,
    releases,
    traffic,
    counters: () => ledger.counters(),
    repository: (nameWithOwner) => repositories.require(nameWithOwner),
    mutate,
    reset,
    close,
    [Symbol.asyncDispose]: close,
  };
}
