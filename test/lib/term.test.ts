import { expect, test } from 'vitest';
import { colorEnvironment } from '../../src/lib/term.ts';

const off = { NO_COLOR: '1', FORCE_COLOR: '0' };

test.each([
  [[], {}, {}],
  [['--no-color'], { FORCE_COLOR: '1' }, off],
  [['run', '--', '--no-color'], {}, {}],
  [[], { NO_COLOR: '1' }, off],
  [[], { NO_COLOR: '' }, {}],
  [[], { NO_COLOR: '1', FORCE_COLOR: '1' }, off],
  [[], { FORCE_COLOR: '0' }, off],
  [[], { FORCE_COLOR: '' }, { FORCE_COLOR: '1' }],
  [[], { FORCE_COLOR: '3', TERM: 'dumb' }, { FORCE_COLOR: '3' }],
  [[], { TERM: 'dumb' }, off],
])('%j with %j means %j', (argv, env, expected) => {
  expect(colorEnvironment(argv, env)).toEqual(expected);
});
