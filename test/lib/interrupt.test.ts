import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { Interrupted, type InterruptOptions, listenForInterrupt } from '../../src/lib/interrupt.ts';

function listening() {
  const source = new EventEmitter();
  const said: string[] = [];
  const exits: number[] = [];
  const clock = { time: 0, now: () => clock.time };
  const options: InterruptOptions = {
    source,
    clock,
    tell: (line) => said.push(line),
    exit: (code) => exits.push(code),
  };
  return { source, said, exits, clock, interrupt: listenForInterrupt(options) };
}

test('the first signal aborts, the second ends the process at once', () => {
  const { source, said, exits, clock, interrupt } = listening();
  source.emit('SIGINT', 'SIGINT');
  expect(interrupt.signal.reason).toBeInstanceOf(Interrupted);
  expect(interrupt.signal.reason).toMatchObject({ exitCode: 130, message: 'interrupted by SIGINT' });
  expect(exits).toEqual([]);
  clock.time = 1_000;
  source.emit('SIGINT', 'SIGINT');
  expect(exits).toEqual([130]);
  expect(said).toHaveLength(2);
});

test('a keystroke that npm forwards a second time counts once', () => {
  const { source, exits, clock } = listening();
  source.emit('SIGINT', 'SIGINT');
  clock.time = 5;
  source.emit('SIGINT', 'SIGINT');
  expect(exits).toEqual([]);
});

test('after close no listener is left', () => {
  const { source, interrupt } = listening();
  interrupt.close();
  expect(source.eventNames()).toEqual([]);
});
