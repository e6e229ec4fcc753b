interface Member {
  /** Cancels the run or job. */
  readonly cancel: (reason: string) => void;
  readonly admit: () => void;
}

interface Group {
  running: Member;
  pending: Member | null;
}

/** What wants to be alone in its group. */
export interface Contender {
  /** Case does not matter. */
  readonly group: string;
  readonly cancelsRunning: boolean;
  readonly signal: AbortSignal;
  readonly cancel: (reason: string) => void;
}

/** Concurrency groups: one runs, one waits; a newer one takes the place of the one that waits, which is cancelled. */
export class ConcurrencyGroups {
  readonly #groups = new Map<string, Group>();

  /** True when whoever enters now would have to wait. */
  isBusy(group: string): boolean {
    return this.#groups.has(group.toLowerCase());
  }

  /** Waits for the turn. @returns what leaves the group. @throws the signal's reason when cancelled while waiting. */
  async enter({ group: name, cancelsRunning, signal, cancel }: Contender): Promise<() => void> {
    signal.throwIfAborted();
    const key = name.toLowerCase();
    const group = this.#groups.get(key);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const member: Member = { cancel, admit: resolve };
    if (!group) this.#groups.set(key, { running: member, pending: null });
    else {
      group.pending?.cancel(`Canceling since a higher priority waiting request for '${name}' exists`);
      group.pending = member;
      if (cancelsRunning)
        group.running.cancel(`Canceling since a higher priority waiting request for '${name}' exists`);
      const abort = () => {
        if (group.pending === member) group.pending = null;
        reject(signal.reason);
      };
      signal.addEventListener('abort', abort, { once: true });
      await promise.finally(() => signal.removeEventListener('abort', abort));
    }
    return () => this.#leave(key);
  }

  #leave(key: string): void {
    const group = this.#groups.get(key);
    if (!group) return;
    const { pending } = group;
    if (!pending) {
      this.#groups.delete(key);
      return;
    }
    this.#groups.set(key, { running: pending, pending: null });
    pending.admit();
  }
}
