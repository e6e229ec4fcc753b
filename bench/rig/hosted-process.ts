import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** A hosted Supabase (real PostgreSQL behind its API) in processes of its own. */
export interface HostedProcess {
  /** What leads the command line to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Rows of captured tables that were inserted, updated or deleted so far, by PostgreSQL's own count. */
  changes(): Promise<number>;
  /** Empties every table. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

export async function startHostedProcess(): Promise<HostedProcess> {
  const child = fork(join(import.meta.dirname, 'hosted-server.ts'), { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const { url, serviceKey } = (await told(child)) as { readonly url: string; readonly serviceKey: string };
  return {
    env: { SUPABASE_URL: url, SUPABASE_SERVICE_KEY: serviceKey },
    changes: async () => {
      child.send('changes');
      return ((await told(child)) as { readonly changes: number }).changes;
    },
    reset: async () => {
      child.send('reset');
      await told(child);
    },
    close: async () => {
      const gone = once(child, 'exit');
      child.disconnect();
      await gone;
    },
  };
}

async function told(child: ChildProcess): Promise<unknown> {
  const early = once(child, 'exit').then(() => {
    throw new Error('the hosted database ended before it answered');
  });
  // Whoever loses the race must not count as unhandled.
  early.catch(() => undefined);
  const [message] = await Promise.race([once(child, 'message'), early]);
  return message;
}
