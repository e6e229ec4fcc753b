import { pagedResult } from './pages.ts';
import * as represent from './representations.ts';
import { REST_NOT_FOUND, type RestRoute } from './routes.ts';

/** The repositories of an account; accounts are those that own one. */
export const organizationRoutes: readonly RestRoute[] = [
  {
    method: 'GET',
    path: '/orgs/{organization}/repos',
    answer: (call) => {
      const owner = call.params['organization']?.toLowerCase();
      const found = call.repositories
        .all()
        .filter((each) => each.owner.toLowerCase() === owner && call.token.sees(each))
        .toSorted((a, b) => a.databaseId - b.databaseId);
      if (found.length === 0) return REST_NOT_FOUND;
      return pagedResult(call, `/orgs/${owner}/repos`, found.length, (from, to) =>
        found.slice(from, to).map((each) => represent.repository(each, call.baseUrl)),
      );
    },
  },
];
