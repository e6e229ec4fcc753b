import { medianFirstRequestMs, startKilledBackfill } from '../../test/support/kill-loop.ts';
import { atMost, number, type Section } from '../figure.ts';

const KILLS = 15;

/** How soon a backfill that was killed asks GitHub again: the embedded store is opened again on the way. */
export async function restart(): Promise<Section> {
  const backfill = await startKilledBackfill({ prs: 80, seed: 1 });
  try {
    await backfill.killUntil(KILLS);
    const seconds = medianFirstRequestMs(backfill.kills) / 1_000;
    return {
      title: 'Going on after a kill',
      figures: [atMost('from the start of the process to its first request, median', seconds, 2, 's')],
      notes: [
        `${number(KILLS)} SIGKILLs at random moments of a backfill into the embedded store, alone on the machine.`,
      ],
    };
  } finally {
    await backfill.close();
  }
}
