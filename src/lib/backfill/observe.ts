import type { GitHubObserver } from '../github/client.ts';
import type { Emit } from './capabilities.ts';

/** What the GitHub client tells, as progress events. */
export function observeGitHub(emit: Emit): GitHubObserver {
  return {
    budget: (budget) => emit({ event: 'budget.updated', ...budget }),
    waitStarted: (wait) => emit({ event: 'wait.started', ...wait }),
    waitEnded: () => emit({ event: 'wait.ended' }),
  };
}
