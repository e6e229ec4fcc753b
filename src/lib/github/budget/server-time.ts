/** When a request left and its headers came back, on the local clock, in milliseconds since the epoch. */
export interface RoundTrip {
  readonly sentAt: number;
  readonly headersAt: number;
}

const HOUR_MS = 3_600_000;

/**
 * GitHub's clock minus the local clock, from a response's `date` (whole seconds). GitHub wrote it at some moment between
 * `sentAt` and `headersAt`; 0 when the two clocks may agree. Otherwise the lowest possible difference, so that a time of
 * GitHub's never lands too early on the local clock.
 */
export function clockSkew(date: number, { sentAt, headersAt }: RoundTrip): number {
  const lowest = date - headersAt;
  const highest = date + 1_000 - sentAt;
  return lowest <= 0 && highest >= 0 ? 0 : lowest;
}

/**
 * A reset time of GitHub's on the local clock. Windows last an hour, so a reset that does not lie within about an hour of
 * the response's own `date` means that `date` was not written by the server that wrote the reset (a proxy): then the
 * reset is taken as it is.
 */
export function onLocalClock(resetAt: number, date: number | undefined, trip: RoundTrip): number {
  if (date === undefined) return resetAt;
  const ahead = resetAt - date;
  const plausible = ahead >= -60_000 && ahead <= 2 * HOUR_MS;
  return plausible ? resetAt - clockSkew(date, trip) : resetAt;
}
