/** The exit codes of every command. They are a stable interface: see CONTRIBUTING.md. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  auth: 4,
  partial: 68,
  notFinished: 69,
  rateLimited: 75,
  interrupted: 130,
} as const;

/** The codes of a pipeline that knows no limit of the caller's. */
export const EXITS_WITHOUT_LIMIT = Object.values(EXIT).filter((code) => code !== EXIT.notFinished);

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** What each exit code means, in the words that `--help` prints. */
export const EXIT_CODE_MEANINGS: Readonly<Record<ExitCode, string>> = {
  0: 'done',
  1: 'failed',
  2: 'usage or bad input',
  4: 'authentication or permission',
  68: 'partial: some items failed, are quarantined or truncated at the source',
  69: 'not finished: stopped by a limit that you set',
  75: 'paused by a rate limit: try later',
  130: 'interrupted',
};
