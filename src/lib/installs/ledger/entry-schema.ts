import { z } from 'zod';
import { DAILY_SOURCES, LEVEL_SOURCES, type LedgerEntry } from './entry.ts';

const count = z.int().min(0);
const day = z.iso.date();
const at = z.iso.datetime();
const name = z.string().min(1);

/** One line of a ledger, parsed. */
export const ENTRY_SCHEMA: z.ZodType<LedgerEntry> = z.discriminatedUnion('entry', [
  z.strictObject({
    entry: z.literal('opening'),
    source: z.enum([...DAILY_SOURCES, ...LEVEL_SOURCES]),
    key: name.nullable(),
    name,
    count,
    through: day.nullable(),
    origin: name,
    corrects: z.literal(true).exactOptional(),
    at,
  }),
  z.strictObject({
    entry: z.literal('day'),
    source: z.enum(DAILY_SOURCES),
    key: name,
    name,
    day,
    count,
    uniques: count.exactOptional(),
    at,
  }),
  z.strictObject({ entry: z.literal('level'), source: z.enum(LEVEL_SOURCES), key: name, name, count, at }),
  z.strictObject({ entry: z.literal('repository'), id: name, name, at }),
  z.strictObject({
    entry: z.literal('allowance'),
    field: name,
    from: z.union([count, z.string(), z.null()]),
    to: z.union([count, z.string(), z.null()]),
    reason: name,
    at,
  }),
]);
