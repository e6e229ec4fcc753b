import { syncBuiltinESMExports } from 'node:module';
import timers from 'node:timers/promises';

/**
 * Loaded before a program (`node --import`): a wait of a minute or longer takes MINUTE_MS for each of its minutes, so
 * that the whole minutes of `--max-minutes` pass as fast as those of a sandbox's runner. Shorter waits are left alone.
 */
const minuteMs = Number(process.env['MINUTE_MS'] ?? 60_000);
const { setTimeout } = timers;

timers.setTimeout = (ms, ...rest) =>
  setTimeout(ms !== undefined && ms >= 60_000 ? (ms / 60_000) * minuteMs : ms, ...rest);
syncBuiltinESMExports();
