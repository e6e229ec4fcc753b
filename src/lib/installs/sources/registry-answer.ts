import type { z } from 'zod';
import { messageOf } from '../../errors.ts';
import { JSON_MEDIA_TYPES } from '../../fetch/media-type.ts';
import { FetchFailure, type PageFetcher } from '../../fetch/page.ts';
import type { AskedCounter } from './outcome.ts';

/** A server answered with something that is no count. */
export class UnusableAnswer extends Error {}

/**
 * The answer of a registry at `url`, checked.
 *
 * @throws FetchFailure, UnusableAnswer
 */
export async function askRegistry<T>(
  pages: PageFetcher,
  url: string,
  schema: z.ZodType<T>,
  signal: AbortSignal,
): Promise<T> {
  const page = await pages.fetch({ url, accept: 'application/json', mediaTypes: JSON_MEDIA_TYPES }, signal);
  if (page.outcome !== 'fetched') throw new UnusableAnswer(`${url} answered without a body`);
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(page.body));
  } catch (thrown) {
    throw new UnusableAnswer(`${url} answered with something that is not JSON (${messageOf(thrown)})`);
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UnusableAnswer(
    `${url} answered with other fields than expected (${issue?.path.join('.')}: ${issue?.message})`,
  );
}

export interface AskedPackages<T> {
  readonly answers: ReadonlyMap<string, T>;
  readonly counters: readonly AskedCounter[];
}

/** Asks for every package on its own: one that cannot be had does not hide the others. */
export async function askForEach<T>(
  names: readonly string[],
  ask: (name: string) => Promise<T>,
): Promise<AskedPackages<T>> {
  const answers = new Map<string, T>();
  const counters = await Promise.all(
    names.map(async (name): Promise<AskedCounter> => {
      try {
        answers.set(name, await ask(name));
        return { key: name, name, error: null };
      } catch (thrown) {
        if (!(thrown instanceof FetchFailure || thrown instanceof UnusableAnswer)) throw thrown;
        return { key: name, name, error: thrown.message };
      }
    }),
  );
  return { answers, counters };
}
