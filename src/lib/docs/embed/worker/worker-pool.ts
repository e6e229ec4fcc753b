import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { messageOf, OperatorError } from '../../../errors.ts';
import type { BatchAnswer, ModelSource } from './text-model.ts';

/** What inference leaves behind is short-lived: with less room for it a thread takes 140 MB, not 300, in the same time. */
const MEMORY = { maxYoungGenerationSizeMb: 8 };

interface Job {
  readonly texts: readonly string[];
  readonly resolve: (vectors: Float32Array) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Worker threads that each hold a model of their own. They start when there is work for them, at most `size`, and do not
 * keep the process alive while they have none. A thread that ends takes the batch that it works on with it, and no other:
 * another thread takes its place.
 */
export class WorkerPool {
  readonly #source: ModelSource;
  readonly #size: number;
  readonly #queue: Job[] = [];
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job>();
  #closed = false;

  constructor(source: ModelSource, size: number) {
    this.#source = source;
    this.#size = size;
  }

  /**
   * The vectors of a batch of texts, one after the other. An abort rejects with the signal's reason at once; a batch that
   * a thread works on already is finished there and dropped.
   *
   * @throws OperatorError `embedding_failed`
   */
  run(texts: readonly string[], signal: AbortSignal): Promise<Float32Array> {
    if (signal.aborted) return Promise.reject(signal.reason);
    if (this.#closed) return Promise.reject(closedError());
    const { promise, resolve, reject } = Promise.withResolvers<Float32Array>();
    const job = { texts, resolve, reject };
    const onAbort = () => {
      const at = this.#queue.indexOf(job);
      if (at !== -1) this.#queue.splice(at, 1);
      reject(signal.reason);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    this.#queue.push(job);
    this.#dispatch();
    return promise.finally(() => signal.removeEventListener('abort', onAbort));
  }

  /** Ends all threads, also those that work: what they worked on, and what waits, is rejected. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#queue.splice(0)) job.reject(closedError());
    await Promise.all([...this.#idle, ...this.#busy.keys()].map((worker) => worker.terminate()));
  }

  #dispatch(): void {
    while (this.#queue.length > 0 && !this.#closed) {
      const worker = this.#idle.pop() ?? (this.#busy.size < this.#size ? this.#start() : undefined);
      const job = worker && this.#queue.shift();
      if (!worker || !job) return;
      this.#busy.set(worker, job);
      worker.ref();
      worker.postMessage(job.texts);
    }
  }

  #start(): Worker {
    // The entry is a file of its own beside this one: TypeScript in the sources, JavaScript once built.
    const entry = new URL(`./model-worker${extname(import.meta.url)}`, import.meta.url);
    // How this process was started (`--input-type`, `--test`) is not how a thread of it should be.
    const worker = new Worker(entry, { workerData: this.#source, resourceLimits: MEMORY, execArgv: [] });
    worker.on('message', (answer: BatchAnswer) => this.#answered(worker, answer));
    worker.on('error', (thrown) => this.#busy.get(worker)?.reject(workerError(messageOf(thrown))));
    worker.on('exit', (exitCode) => this.#ended(worker, exitCode));
    return worker;
  }

  #answered(worker: Worker, answer: BatchAnswer): void {
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    this.#idle.push(worker);
    worker.unref();
    if ('vectors' in answer) job?.resolve(answer.vectors);
    else job?.reject(workerError(answer.failure));
    this.#dispatch();
  }

  #ended(worker: Worker, exitCode: number): void {
    const at = this.#idle.indexOf(worker);
    if (at !== -1) this.#idle.splice(at, 1);
    const reason = this.#closed ? closedError() : workerError(`a worker thread ended with exit code ${exitCode}`);
    this.#busy.get(worker)?.reject(reason);
    this.#busy.delete(worker);
    this.#dispatch();
  }
}

function workerError(message: string): OperatorError {
  return new OperatorError(`the embedder failed: ${message}`, {
    code: 'embedding_failed',
    nextSteps: ['run the command again; where memory is short, with DEADZONE_DOCS_EMBED_WORKERS=1'],
  });
}

function closedError(): OperatorError {
  return new OperatorError('the embedder is closed', { code: 'embedding_failed' });
}
