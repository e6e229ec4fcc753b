/** A pull request that somebody opened through the API. */
export interface Proposal {
  readonly number: number;
  readonly head: string;
  readonly base: string;
  readonly title: string;
  readonly body: string;
  state: 'open' | 'closed';
}
