import type { FetchObserver } from './fetch/page.ts';
import type { Emit } from './progress/event-stream.ts';

/** Tells the waits of a fetcher as events. Its own pacing is how the work goes, and no news. */
export function observeHosts(emit: Emit): FetchObserver {
  const announced = new Set<string>();
  return {
    waiting: (host, reason, until) => {
      if (reason === 'politeness') return;
      announced.add(host);
      emit({ event: 'host.waiting', host, reason, until });
    },
    resumed: (host) => {
      if (announced.delete(host)) emit({ event: 'host.resumed', host });
    },
  };
}
