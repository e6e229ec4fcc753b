import type { Clock } from '../../../../src/lib/clock.ts';
import type { Annotation, JobConclusion, JobState, JobStatus, StepState } from '../records.ts';
import { JobLog } from './job-log.ts';

interface LiveStep {
  readonly number: number;
  name: string;
  status: StepState['status'];
  conclusion: JobConclusion | null;
  startedAt: number | null;
  completedAt: number | null;
}

/** docs.github.com, "Limits for annotations": ten of a kind for a step, so a log full of errors stays readable. */
const MOST_ANNOTATIONS = 50;

/** A job that is being executed: the API shows it as it goes. */
export class LiveJob {
  readonly id: number;
  readonly name: string;
  /** Which job of the workflow, and which of its matrix, it is: the same in every attempt. */
  readonly key: string;
  readonly attempt: number;
  readonly log: JobLog;
  readonly outputs: Record<string, string> = {};
  /** What the steps wrote to $GITHUB_STEP_SUMMARY, one a step. */
  readonly summaries: string[] = [];
  readonly #clock: Clock;
  readonly #labels: readonly string[];
  readonly #createdAt: number;
  readonly #steps: LiveStep[] = [];
  readonly #annotations: Annotation[] = [];
  #status: JobStatus = 'queued';
  #conclusion: JobConclusion | null = null;
  #startedAt: number | null = null;
  #completedAt: number | null = null;
  #runnerName: string | null = null;
  #changedAt: number;

  constructor(
    clock: Clock,
    named: { readonly id: number; readonly name: string; readonly key: string; readonly attempt: number },
    labels: readonly string[],
  ) {
    this.#clock = clock;
    this.id = named.id;
    this.name = named.name;
    this.key = named.key;
    this.attempt = named.attempt;
    this.log = new JobLog(clock);
    this.#labels = labels;
    this.#createdAt = clock.now();
    this.#changedAt = this.#createdAt;
  }

  get conclusion(): JobConclusion | null {
    return this.#conclusion;
  }

  get changedAt(): number {
    return this.#changedAt;
  }

  hold(status: 'queued' | 'waiting' | 'pending'): void {
    this.#status = status;
    this.#changedAt = this.#clock.now();
  }

  begin(runnerName: string): void {
    this.#status = 'in_progress';
    this.#startedAt = this.#changedAt = this.#clock.now();
    this.#runnerName = runnerName;
  }

  end(conclusion: JobConclusion): void {
    this.#status = 'completed';
    this.#conclusion = conclusion;
    this.#completedAt = this.#changedAt = this.#clock.now();
    this.#startedAt ??= this.#completedAt;
  }

  addStep(name: string): LiveStep {
    const step: LiveStep = {
      number: this.#steps.length + 1,
      name: this.log.masked(name),
      status: 'queued',
      conclusion: null,
      startedAt: null,
      completedAt: null,
    };
    this.#steps.push(step);
    return step;
  }

  beginStep(step: LiveStep): void {
    step.status = 'in_progress';
    step.startedAt = this.#changedAt = this.#clock.now();
  }

  endStep(step: LiveStep, conclusion: JobConclusion): void {
    step.status = 'completed';
    step.conclusion = conclusion;
    step.completedAt = this.#changedAt = this.#clock.now();
    step.startedAt ??= step.completedAt;
  }

  annotate(level: Annotation['level'], message: string, place: Partial<Annotation> = {}): void {
    if (this.#annotations.length >= MOST_ANNOTATIONS) return;
    const { title = null, path = '.github', line = 1 } = place;
    this.#annotations.push({ level, message: this.log.masked(message), title, path, line });
  }

  /** Fails before its first step, with the reason where GitHub shows it. */
  fail(reason: string): void {
    this.log.write(`##[error]${reason}`);
    this.annotate('failure', reason);
    this.end('failure');
  }

  /** What it is now. */
  state(): JobState {
    return {
      id: this.id,
      name: this.name,
      status: this.#status,
      conclusion: this.#conclusion,
      createdAt: this.#createdAt,
      startedAt: this.#startedAt,
      completedAt: this.#completedAt,
      steps: this.#steps.map((step) => ({ ...step })),
      labels: this.#labels,
      runnerName: this.#runnerName,
      attempt: this.attempt,
      annotations: this.#annotations,
    };
  }
}
