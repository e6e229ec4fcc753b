/** A response before it is sent. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Buffer;
}

const DOCUMENTATION = 'https://docs.github.com/rest';

/** JSON as GitHub sends it. */
export function jsonReply(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  };
}

/** GitHub's error document. */
export function messageReply(status: number, message: string, headers: Readonly<Record<string, string>> = {}): Reply {
  return jsonReply(status, { message, documentation_url: DOCUMENTATION, status: String(status) }, headers);
}

export function badCredentials(): Reply {
  return messageReply(401, 'Bad credentials');
}

export function notFound(): Reply {
  return messageReply(404, 'Not Found');
}

/** The page that GitHub's front end serves when what is behind it does not answer. */
export function gatewayPage(status: number, words: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: `<!DOCTYPE html><html><head><title>${status} ${words}</title></head><body><h1>${words}</h1></body></html>`,
  };
}
