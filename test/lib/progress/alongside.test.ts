import { expect, test } from 'vitest';
import { alongside } from '../../../src/lib/progress/alongside.ts';
import type { ProgressEvent } from '../../../src/lib/progress/events.ts';
import { VirtualClock } from '../github/virtual-clock.ts';

const note = (message: string): ProgressEvent => ({ event: 'notice.raised', level: 'info', message });

async function* main(messages: readonly string[], clock: VirtualClock): AsyncGenerator<ProgressEvent, string> {
  for (const message of messages) {
    await clock.sleep(1_000);
    yield note(message);
  }
  return 'result';
}

async function collect(stream: AsyncGenerator<ProgressEvent, string>) {
  const messages: string[] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done) return { messages, result: next.value };
    messages.push('message' in next.value ? next.value.message : next.value.event);
  }
}

test('both are told as they come, and it ends with the main work and its result', async () => {
  const clock = new VirtualClock();
  let stopped = false;
  async function* side(signal: AbortSignal): AsyncGenerator<ProgressEvent> {
    signal.addEventListener('abort', () => {
      stopped = true;
    });
    for (let count = 1; ; count += 1) {
      await clock.sleep(1_500, signal);
      yield note(`side ${count}`);
    }
  }
  const { messages, result } = await collect(alongside(main(['one', 'two', 'three'], clock), side, clock));
  expect(messages.slice(0, 4)).toEqual(['one', 'side 1', 'two', 'side 2']);
  expect([result, stopped]).toEqual(['result', true]);
});

test('a side that fails is a warning, and the main work goes on', async () => {
  const clock = new VirtualClock();
  async function* side(): AsyncGenerator<ProgressEvent> {
    yield note('side');
    throw new Error('the store is gone');
  }
  const { messages, result } = await collect(alongside(main(['one', 'two'], clock), side, clock));
  expect(messages).toEqual(['side', 'progress in the store is not known: the store is gone', 'one', 'two']);
  expect(result).toBe('result');
});

test('what the main work throws is thrown', async () => {
  const clock = new VirtualClock();
  async function* failing(): AsyncGenerator<ProgressEvent, string> {
    yield note('one');
    throw new Error('main');
  }
  async function* side(signal: AbortSignal): AsyncGenerator<ProgressEvent> {
    await clock.sleep(60_000, signal);
    yield note('never');
  }
  await expect(collect(alongside(failing(), side, clock))).rejects.toThrow('main');
});
