import { expect, test } from 'vitest';
import { chooseMode, type ProgressMode } from '../../../src/lib/progress/render.ts';

const flags = { json: false, jsonl: false, plain: false };
const terminal = { isLive: true, env: {} };
const pipe = { isLive: false, env: {} };

test.each<[string, Parameters<typeof chooseMode>[0], ProgressMode]>([
  ['a terminal', { ...flags, io: terminal }, 'live'],
  ['a pipe or CI', { ...flags, io: pipe }, 'lines'],
  ['--plain on a terminal', { ...flags, plain: true, io: terminal }, 'lines'],
  ['ACCESSIBLE=1 on a terminal', { ...flags, io: { isLive: true, env: { ACCESSIBLE: '1' } } }, 'lines'],
  ['--jsonl', { ...flags, jsonl: true, io: terminal }, 'jsonl'],
  ['--json', { ...flags, json: true, io: terminal }, 'silent'],
])('%s', (_, given, mode) => expect(chooseMode(given)).toBe(mode));
