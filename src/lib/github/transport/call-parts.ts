import type { Clock } from '../../clock.ts';
import type { BudgetGate } from '../budget/budget-gate.ts';
import type { Connection } from './connection.ts';
import type { RequestSender } from './request-sender.ts';

/** What GraphQL and REST calls of one client share. */
export interface CallParts {
  readonly gate: BudgetGate;
  readonly send: RequestSender;
  readonly connection: Connection;
  readonly clock: Clock;
  readonly apiUrl: string;
  readonly graphqlUrl: string;
}
