import { systemClock } from '../../src/lib/clock.ts';
import { OperatorError } from '../../src/lib/errors.ts';
import { callProcedure } from '../../src/lib/store/call.ts';
import { openStore } from '../../src/lib/store/store.ts';

/**
 * A process that opens an embedded store and does as it is told over its IPC channel, for tests of sharing. It reports
 * `opened` with what the opening took, then answers each order with what it measured.
 */
const [directory = '', migrationsDirectory = ''] = process.argv.slice(2);

export type Order =
  | { readonly order: 'put'; readonly ids: readonly number[] }
  | { readonly order: 'ids' }
  | { readonly order: 'wait'; readonly seconds: number }
  | { readonly order: 'close' };

export type Report =
  | { readonly report: 'opened'; readonly openMs: number; readonly firstCallMs: number; readonly rssMb: number }
  | { readonly report: 'failed'; readonly code: string; readonly message: string }
  /** One acknowledged write. */
  | { readonly report: 'put'; readonly id: number; readonly elapsedMs: number }
  | { readonly report: 'done'; readonly order: Order['order']; readonly value: unknown }
  | { readonly report: 'takeover'; readonly previousPid: number; readonly elapsedMs: number };

function tell(report: Report): void {
  process.send?.(report);
}

async function main(): Promise<void> {
  const started = performance.now();
  const store = await openStore({
    directory,
    migrationsDirectory,
    clock: systemClock,
    onTakeover: (takeover) => tell({ report: 'takeover', ...takeover }),
  });
  const opened = performance.now();
  await callProcedure(store.client, 'note_ids', {});
  const answered = performance.now();
  tell({
    report: 'opened',
    openMs: Math.round(opened - started),
    firstCallMs: Math.round(answered - opened),
    rssMb: Math.round(process.memoryUsage.rss() / 1e6),
  });

  const obey = async (order: Order): Promise<unknown> => {
    switch (order.order) {
      case 'put':
        for (const id of order.ids) {
          const since = performance.now();
          await callProcedure(store.client, 'note_put', { p_id: id, p_body: `note ${id}` });
          tell({ report: 'put', id, elapsedMs: Math.round(performance.now() - since) });
        }
        return order.ids.length;
      case 'ids':
        return callProcedure<number[]>(store.client, 'note_ids', {});
      case 'wait':
        return callProcedure<string>(store.client, 'note_wait', { p_seconds: order.seconds });
      case 'close':
        await store.close();
        // Lets the process end by itself, which proves that nothing holds it.
        process.disconnect();
        return null;
    }
  };
  process.on('message', (message: Order) => {
    obey(message).then(
      (value) => {
        if (process.connected) tell({ report: 'done', order: message.order, value });
      },
      (thrown: unknown) => tell(failure(thrown)),
    );
  });
}

function failure(thrown: unknown): Report {
  return {
    report: 'failed',
    code: thrown instanceof OperatorError ? thrown.code : 'unexpected',
    message: thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown),
  };
}

main().catch((thrown: unknown) => {
  tell(failure(thrown));
  process.disconnect();
});
