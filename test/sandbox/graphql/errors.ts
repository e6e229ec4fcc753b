import { GraphQLError } from 'graphql';

/** GitHub's error types, which it puts beside the message and not under `extensions`. */
export type GitHubErrorType =
  | 'NOT_FOUND'
  | 'RATE_LIMITED'
  | 'RESOURCE_LIMITS_EXCEEDED'
  | 'MAX_NODE_LIMIT_EXCEEDED'
  | 'MISSING_PAGINATION_BOUNDARIES'
  | 'EXCESSIVE_PAGINATION'
  | 'ARGUMENT_LIMIT'
  | 'INVALID_CURSOR_ARGUMENTS';

export interface FormattedError {
  readonly type?: string;
  readonly path?: readonly (string | number)[];
  readonly locations?: readonly { readonly line: number; readonly column: number }[];
  readonly message: string;
}

/** An error that carries GitHub's type to the formatter. */
export function typedError(type: GitHubErrorType, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { type } });
}

/** The error as GitHub writes it: `type` at the top level, without the `extensions` of this implementation. */
export function formatError(error: GraphQLError): FormattedError {
  const type = error.extensions['type'];
  return {
    ...(typeof type === 'string' ? { type } : {}),
    ...(error.path ? { path: error.path } : {}),
    ...(error.locations ? { locations: error.locations } : {}),
    message: error.message,
  };
}
