import { OperatorError } from '../../errors.ts';
import { EXIT } from '../../exit-codes.ts';

/**
 * The address of a hosted Supabase: http or https, and https unless it is on this machine, since a secret key is sent
 * to it. A path, query or user is refused: `https://<project>.supabase.co` is what Supabase shows.
 *
 * @throws OperatorError `store_url_invalid`, exit 2
 */
export function parseStoreUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw invalid(`SUPABASE_URL is "${withoutUser(text)}", which is not an http(s) address`);
  }
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalid(`SUPABASE_URL is "${url.origin}" with more behind or before it than an address has`);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    throw invalid(`SUPABASE_URL is "${url.href}": without https the secret key would travel in the clear`);
  }
  return url;
}

function invalid(message: string): OperatorError {
  return new OperatorError(message, {
    code: 'store_url_invalid',
    exitCode: EXIT.usage,
    nextSteps: ['export SUPABASE_URL=https://<project>.supabase.co', 'or unset SUPABASE_URL to use the embedded store'],
  });
}

/** Names and addresses that stay on this machine; `.localhost` names do so by RFC 6761. */
export function isLoopback(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127\.\d+\.\d+\.\d+$/.test(hostname)
  );
}

/** A connection string that was given by mistake carries a password. */
function withoutUser(text: string): string {
  return text.replace(/\/\/[^/@]*@/, '//…@');
}
