/**
 * Takes out of every string, however deep, what PostgreSQL cannot store in text or jsonb: U+0000, and halves of a
 * surrogate pair, which become U+FFFD. What needs no change is returned as it is, without a copy.
 */
export function storable<T>(value: T): T;
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return storableString(value);
  if (Array.isArray(value)) return storableArray(value);
  return isRecord(value) ? storableRecord(value) : value;
}

function storableString(text: string): string {
  const withoutNul = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return withoutNul.isWellFormed() ? withoutNul : withoutNul.toWellFormed();
}

function storableArray(items: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | null = null;
  for (const [index, item] of items.entries()) {
    const clean = storable(item);
    if (clean === item) continue;
    copy ??= [...items];
    copy[index] = clean;
  }
  return copy ?? items;
}

function storableRecord(record: Record<string, unknown>): Record<string, unknown> {
  let copy: Record<string, unknown> | null = null;
  for (const key of Object.keys(record)) {
    const item = record[key];
    const cleanKey = storableString(key);
    const clean = storable(item);
    if (clean === item && cleanKey === key) continue;
    copy ??= { ...record };
    if (cleanKey !== key) delete copy[key];
    copy[cleanKey] = clean;
  }
  return copy ?? record;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
