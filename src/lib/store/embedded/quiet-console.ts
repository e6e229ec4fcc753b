import { AsyncLocalStorage } from 'node:async_hooks';

export interface QuietConsole {
  /** Runs the work of one request; what it prints with `console.error` is dropped. */
  within<T>(work: () => Promise<T>): Promise<T>;
  /** Puts `console.error` back as it was. */
  restore(): void;
}

/**
 * The API layer prints every database error, with the request's parameters, to `console.error`, and cannot be told not
 * to. The error reaches the caller anyway; what is printed from within a request is dropped, everything else goes on.
 */
export function quietConsole(terminal: Console): QuietConsole {
  const request = new AsyncLocalStorage<true>();
  const { error } = terminal;
  const filtered: typeof error = (...values) => {
    if (request.getStore() === undefined) Reflect.apply(error, terminal, values);
  };
  terminal.error = filtered;
  return {
    within: <T>(work: () => Promise<T>) => request.run(true, work),
    restore: () => {
      if (terminal.error === filtered) terminal.error = error;
    },
  };
}
