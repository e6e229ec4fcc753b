import type { Traffic, TrafficKind } from '../traffic.ts';
import { type RestRoute, repositoryRoute, restMessage } from './routes.ts';

/** Clones and views, which only those may read who may push. */
export function trafficRoutes(traffic: Traffic): readonly RestRoute[] {
  const route = (kind: TrafficKind): readonly RestRoute[] =>
    repositoryRoute({
      method: 'GET',
      path: `/traffic/${kind}`,
      answer: ({ token }, repository) => {
        if (!token.may('administration', 'read')) {
          return {
            ...restMessage(403, 'Must have push access to repository'),
            headers: { 'x-accepted-github-permissions': 'administration=read' },
          };
        }
        const days = traffic.of(repository, kind).map(({ day, count }) => ({
          timestamp: `${day}T00:00:00Z`,
          count,
          uniques: Math.ceil(count / 2),
        }));
        const count = days.reduce((sum, day) => sum + day.count, 0);
        return { status: 200, rows: days.length, body: { count, uniques: Math.ceil(count / 2), [kind]: days } };
      },
    });
  return [...route('clones'), ...route('views')];
}
