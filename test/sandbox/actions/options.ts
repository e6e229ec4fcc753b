import type { HostSettings } from './hosted-repository.ts';
import type { Scalar } from './workflow/document.ts';

/**
 * How a dispatch is answered: `details` as github.com does when asked for them, `bare` always 204, `enterprise` 400 for
 * the field that GitHub Enterprise Server up to 3.20 does not know.
 */
export type DispatchMode = 'details' | 'bare' | 'enterprise';

export interface ActionsOptions {
  readonly dispatchMode?: DispatchMode;
  /** How long a new run is missing from listings; default 0. */
  readonly listDelayMs?: number;
  /** How long the link to a log is good; default 60 s, as GitHub documents. */
  readonly logLinkMs?: number;
  /** Machines, that is jobs at a time; default 20, as GitHub's free plan has. */
  readonly runners?: number;
  /** What `timeout-minutes` counts in; default a minute. */
  readonly minuteMs?: number;
  /** Scales the 7.5 s and 2.5 s that a cancelled step has before SIGTERM and SIGKILL; default 1. */
  readonly graceFactor?: number;
  /** What a GITHUB_TOKEN may spend an hour, all jobs of a repository together; default 1,000. */
  readonly jobTokenLimit?: number;
  /** Size of a repository's caches; default 10 GB. */
  readonly cacheLimitBytes?: number;
  /** The project whose built capture-cli the jobs find; default this one. */
  readonly cliRoot?: string;
  /** Added to the environment of every step, such as the switches of a coverage tool. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface HostOptions extends HostSettings {
  /** More files of the default branch, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

/** What starts a run. */
export interface Trigger {
  readonly event: string;
  readonly ref: string;
  readonly actor: string;
  readonly inputs: Readonly<Record<string, Scalar>>;
}
