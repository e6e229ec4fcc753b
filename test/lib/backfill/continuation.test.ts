import { describe, expect, it } from 'vitest';
import { decideContinuation, MAX_GENERATIONS } from '../../../src/lib/backfill/continuation.ts';
import type { StatusRow } from '../../../src/lib/store/backfill-rows.ts';

const standing = (over: Partial<StatusRow>): StatusRow => ({
  state_id: 's',
  repository: 'acme/big',
  repository_id: '1',
  status: 'active',
  pause_reason: null,
  resume_after: null,
  kinds: [],
  since: null,
  chunk_size: 25,
  recapture: false,
  total: 100,
  enumerated: 100,
  enumeration_done: true,
  enumeration_cursor: null,
  unchanged: 0,
  captured: 50,
  gone: 0,
  quarantined: 0,
  pending: 50,
  reviews_waiting: 0,
  chunks: { pending: 2 },
  gaps: [],
  last_error: null,
  started_at: '2026-11-21T12:00:00Z',
  updated_at: '2026-11-21T12:00:00Z',
  finished_at: null,
  rows: { pull_requests: 50, files: 0, reviews: 0, review_comments: 0, comments: 0, commits: 0 },
  workers: 0,
  ...over,
});

describe('the continuation of a run', () => {
  it('goes on while work is left and the workers stored something', () => {
    expect(decideContinuation(standing({}), 3, 40)).toEqual({ decision: 'continue', generation: 4 });
  });

  it.each(['completed', 'completed_with_gaps', 'cancelled', 'failed'] as const)(
    'ends when the backfill is %s',
    (status) => {
      expect(decideContinuation(standing({ status }), 0, 40)).toEqual({ decision: 'finished' });
    },
  );

  it('respects a pause, and tells a rate limit from a user', () => {
    expect(decideContinuation(standing({ status: 'paused', pause_reason: 'user' }), 0, 40)).toMatchObject({
      reason: 'paused',
    });
    expect(decideContinuation(standing({ status: 'paused', pause_reason: 'rate_limit' }), 0, 40)).toMatchObject({
      reason: 'rate_limit',
    });
  });

  it('never loops: not after a run that stored nothing, and not for ever', () => {
    expect(decideContinuation(standing({}), 0, 0)).toEqual({ decision: 'halt', reason: 'no_progress' });
    expect(decideContinuation(standing({}), MAX_GENERATIONS - 1, 40)).toEqual({
      decision: 'halt',
      reason: 'too_many_generations',
    });
  });
});
