import type { BudgetState } from '../budgets.ts';
import type { RestRoute } from './routes.ts';
import { restMessage } from './routes.ts';

function rate(state: BudgetState) {
  return { limit: state.limit, used: state.used, remaining: state.remaining, reset: state.resetAt / 1000 };
}

/** Who the token is and what it may still do. */
export const accountRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '/rate_limit',
    answer: (call) => {
      const core = rate(call.budget('rest'));
      return {
        status: 200,
        free: true,
        body: { resources: { core, graphql: rate(call.budget('graphql')) }, rate: core },
      };
    },
  },
  {
    method: 'GET',
    path: '/user',
    answer: ({ token }) => {
      if (token.isInstallation) return restMessage(403, 'Resource not accessible by integration');
      return {
        status: 200,
        body: {
          login: token.login,
          id: token.databaseId,
          node_id: `U_${token.databaseId}`,
          type: 'User',
          site_admin: false,
        },
      };
    },
  },
];
