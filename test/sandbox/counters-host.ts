import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendFault } from './docs-host/deliver.ts';
import { type DocsFaultRule, DocsFaults } from './docs-host/faults.ts';

/** Downloads by day, YYYY-MM-DD in UTC. */
export type DailyDownloads = Record<string, number>;

/** What the host knows; to be changed while it serves. */
export interface Downloads {
  readonly npm: Record<string, DailyDownloads>;
  readonly pypi: Record<string, DailyDownloads>;
  /** Since the beginning. */
  readonly crates: Record<string, number>;
}

/** The download counts of npm, PyPI and crates.io on loopback. */
export interface CountersHost {
  readonly downloads: Downloads;
  /** What a process needs to ask it. */
  readonly env: Readonly<Record<string, string>>;
  /** Paths, in the order in which they were asked. */
  readonly requests: readonly string[];
  forget(): void;
  setFaults(rules: readonly DocsFaultRule[]): void;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
/** 18 months. */
const NPM_RANGE_DAYS = 548;
/** pypistats.org keeps 180 days. */
const PYPI_DAYS = 180;

const dayAt = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** @param npmRangeDays days to which npm shortens a longer range, without saying so */
export async function startCountersHost(
  given: Partial<Downloads> = {},
  npmRangeDays = NPM_RANGE_DAYS,
): Promise<CountersHost> {
  const downloads: Downloads = { npm: {}, pypi: {}, crates: {}, ...given };
  let requests: string[] = [];
  let faults = new DocsFaults([]);

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    requests.push(`${url.pathname}${url.search}`);
    const fault = faults.next(url.pathname);
    if (fault) void sendFault(response, fault, null);
    else sendJson(response, answer(downloads, decodeURI(url.pathname), npmRangeDays));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    downloads,
    env: {
      DEADZONE_INSTALLS_NPM_API_URL: url,
      DEADZONE_INSTALLS_PYPI_API_URL: `${url}/api`,
      DEADZONE_INSTALLS_CRATES_API_URL: `${url}/api/v1`,
    },
    get requests() {
      return requests;
    },
    forget: () => {
      requests = [];
    },
    setFaults: (rules) => {
      faults = new DocsFaults(rules);
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

/** Null for what there is not. */
function answer({ npm, pypi, crates }: Downloads, path: string, npmRangeDays: number): unknown {
  const [, start, end, npmName] = /^\/downloads\/range\/([\d-]+):([\d-]+)\/(.+)$/.exec(path) ?? [];
  if (start && end && npmName) return npm[npmName] ? npmRange(npmName, npm[npmName], [start, end], npmRangeDays) : null;
  const pypiName = /^\/api\/packages\/([^/]+)\/overall$/.exec(path)?.[1];
  if (pypiName) return pypi[pypiName] ? pypiOverall(pypiName, pypi[pypiName]) : null;
  const crate = /^\/api\/v1\/crates\/([^/]+)$/.exec(path)?.[1] ?? '';
  return crates[crate] === undefined ? null : { crate: { id: crate, downloads: crates[crate] } };
}

function npmRange(name: string, days: DailyDownloads, [start, end]: [string, string], most: number): unknown {
  const last = Date.parse(end);
  const first = Math.max(Date.parse(start), last - (most - 1) * DAY_MS);
  const told: { readonly downloads: number; readonly day: string }[] = [];
  for (let at = first; at <= last; at += DAY_MS) told.push({ downloads: days[dayAt(at)] ?? 0, day: dayAt(at) });
  return { start: dayAt(first), end, package: name, downloads: told };
}

function pypiOverall(name: string, days: DailyDownloads): unknown {
  const oldest = dayAt(Date.now() - PYPI_DAYS * DAY_MS);
  const data = Object.entries(days)
    .filter(([date]) => date >= oldest)
    .map(([date, downloads]) => ({ category: 'without_mirrors', date, downloads }));
  return { data, package: name, type: 'overall_downloads' };
}

function sendJson(response: ServerResponse, body: unknown): void {
  const status = body === null ? 404 : 200;
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(body ?? { error: 'not found' }));
}
