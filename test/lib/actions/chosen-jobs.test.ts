import { expect, test } from 'vitest';
import { chosenJobs } from '../../../src/lib/actions/logs/chosen-jobs.ts';

const RUN = { repository: 'acme/ops', runId: '7' };

function job(id: number, name: string, conclusion: string) {
  const unused = { run_id: 7, started_at: null, completed_at: null, html_url: null, runner_name: null };
  return { ...unused, id, name, status: 'completed', conclusion };
}

const JOBS = [job(1, 'Plan', 'success'), job(2, 'Worker \u001b[31m1', 'failure'), job(3, 'Worker 2', 'success')];

const idsOf = (choice: { job?: string; failed?: boolean }) =>
  chosenJobs(JOBS, { job: choice.job, failed: choice.failed ?? false }, RUN).map(({ id }) => id);

test('jobs are chosen by number, by the name that is shown, and by failure', () => {
  expect(idsOf({})).toEqual([1, 2, 3]);
  expect(idsOf({ job: '3' })).toEqual([3]);
  expect(idsOf({ job: 'Worker 1' })).toEqual([2]);
  expect(idsOf({ failed: true })).toEqual([2]);
  expect(idsOf({ job: 'Plan', failed: true })).toEqual([]);
});

test('a name that is none says which are alike, else all, without control characters', () => {
  const stepsFor = (name: string) => expect.objectContaining({ code: 'job_unknown', nextSteps: [name] });
  expect(() => idsOf({ job: 'worker' })).toThrow(stepsFor('name one of these: Worker 1, Worker 2'));
  expect(() => idsOf({ job: 'Nobody' })).toThrow(stepsFor('its jobs are: Plan, Worker 1, Worker 2'));
});
