import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface AgentRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly model: string;
    readonly messages: readonly { readonly role: string; readonly content: string }[];
  };
}

/** Answers with a text, or does to the response whatever it likes. */
export type AgentAnswer = string | ((response: ServerResponse) => void);

/** An endpoint of chat completions on loopback for as long as the test lasts; `requests` is what it was asked. */
export async function startAgentServer(answer: (request: AgentRequest) => AgentAnswer) {
  const requests: AgentRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const body = (await json(incoming)) as AgentRequest['body'];
    const request = { path: incoming.url ?? '', headers: incoming.headers, body };
    requests.push(request);
    const given = answer(request);
    if (typeof given !== 'string') return given(response);
    const reply = { id: '1', choices: [{ index: 0, message: { role: 'assistant', content: given } }], usage: {} };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(reply));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, requests };
}
