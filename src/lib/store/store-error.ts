import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { DATABASE_FULL, storeFullError } from './filesystem-errors.ts';

/** The database refused a request for a reason that lies in the request: the caller decides what that means. */
export class StoreError extends Error {
  /** SQLSTATE, or PostgREST's `PGRST…`; empty when the answer told neither. */
  readonly code: string;
  readonly hint: string | null;
  readonly details: string | null;
  /** The procedure, or the words for the query, that was refused. */
  readonly request: string;

  constructor(request: string, answer: DatabaseAnswer, options?: ErrorOptions) {
    super(
      `${request} was refused by the database: ${answer.message}${answer.code ? ` (${answer.code})` : ''}`,
      options,
    );
    this.name = 'StoreError';
    this.request = request;
    this.code = answer.code ?? '';
    this.hint = answer.hint || null;
    this.details = answer.details || null;
  }
}

/** PostgREST's error body. */
export interface DatabaseAnswer {
  readonly message: string;
  readonly code?: string | null;
  readonly hint?: string | null;
  readonly details?: string | null;
}

/**
 * The stable mapping from what the database answered to an error: an OperatorError where the operator can act, and
 * StoreError with the code for everything else.
 * Codes: postgrest.org/en/stable/references/errors.html, postgresql.org/docs/current/errcodes-appendix.html.
 */
export function errorFromAnswer(request: string, answer: DatabaseAnswer, cause?: unknown): OperatorError | StoreError {
  const code = answer.code ?? '';
  if (code === DATABASE_FULL) return storeFullError(answer.message, cause);
  if (code === 'PGRST202' || code === 'PGRST205') {
    return new OperatorError(`the store does not know ${request}: its schema is not the one of this version`, {
      code: 'store_not_migrated',
      nextSteps: APPLY_MIGRATIONS,
      cause,
    });
  }
  if (code === '42501' || /^PGRST30\d$/.test(code)) {
    return new OperatorError(`the store's key may not use ${request}: ${answer.message}`, {
      code: 'store_permission_denied',
      exitCode: EXIT.auth,
      nextSteps: ['use the secret key of the project: export SUPABASE_SERVICE_KEY=…'],
      cause,
    });
  }
  if (code === '57014') {
    return new OperatorError(`the store did not finish ${request} in its time limit`, {
      code: 'store_timeout',
      nextSteps: [
        'run the command again: it goes on where it stopped',
        'if it stays so, look at the load of the database',
      ],
      cause,
    });
  }
  if (TROUBLE_OF_THE_DATABASE.test(code)) {
    return new OperatorError(`the store failed at ${request}: ${answer.message} (${code})`, {
      code: 'store_failing',
      nextSteps: [
        'run the command again: it goes on where it stopped',
        'if it stays so, look at the log of the database',
      ],
      cause,
    });
  }
  return new StoreError(request, answer, { cause });
}

/**
 * What the request cannot help: connection (08), transactions that had to give way (40), resources (53), intervention of
 * its operator (57), its system (58) and itself (XX).
 */
const TROUBLE_OF_THE_DATABASE = /^(08|40|53|57|58|XX)/;

export const APPLY_MIGRATIONS = [
  'supabase link --project-ref <project> && supabase db push, in a checkout of capture-cli',
  'then reload the API schema if it was open: Project Settings > API > Reload schema',
] as const;
