import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requireAgent } from '../../../../../src/lib/config/agent.ts';
import { AgentClient } from '../../../../../src/lib/docs/parse/agent/agent-client.ts';
import { fencedBlocks, verifyCode } from '../../../../../src/lib/docs/parse/agent/fenced-blocks.ts';
import { postJson } from '../../../../../src/lib/docs/parse/agent/post-json.ts';
import { firstBytes } from '../../../../../src/lib/docs/parse/agent/prompt.ts';
import { readViaAgent } from '../../../../../src/lib/docs/parse/agent/read-via-agent.ts';
import type { KnownPage } from '../../../../../src/lib/docs/parse/page-reading.ts';
import { createRedactor } from '../../../../../src/lib/redact.ts';
import { startFetchRig } from '../../../fetch/fetch-rig.ts';
import { type AgentAnswer, type AgentRequest, startAgentServer } from './agent-server.ts';

const never = new AbortController().signal;
const PAGE = '<html><h1>T</h1><pre>  let a = 1;\n\n  run(a);</pre></html>';

async function startRig(answer: (request: AgentRequest) => AgentAnswer, extractMs = 5_000) {
  const server = await startAgentServer(answer);
  const { host, fetcher } = await startFetchRig({ pages: { '/guide.v1.html': PAGE } }, { limits: { retries: 0 } });
  const env = {
    DEADZONE_AGENT_ENDPOINT: ` ${server.url}/ `,
    DEADZONE_AGENT_ENDPOINT_MODEL: 'small',
    DEADZONE_AGENT_ENDPOINT_API_KEY: 'k3y-secret',
  };
  const agent = new AgentClient({
    settings: requireAgent(env),
    post: postJson,
    timeouts: { extractMs, pingMs: 200 },
  });
  const truncated: [string, number][] = [];
  const sources = { fetcher, agent, onTruncated: (url: string, kept: number) => truncated.push([url, kept]) };
  return {
    host,
    server,
    agent,
    truncated,
    read: (path = '/guide.v1.html', known: KnownPage | null = null) =>
      readViaAgent(sources, `${host.url}${path}`, known, never),
  };
}

const FAITHFUL = '\nintro\n## Run\n```js\n  let a = 1;\n\n  run(a);\n```\n';

test('a page becomes sections of the Markdown that the agent makes of it, and is asked for no second time', async () => {
  const rig = await startRig(() => FAITHFUL);
  const reading = await rig.read();
  if (reading.outcome !== 'read') throw new Error('said to be unchanged');
  expect(reading.sections).toEqual([
    { title: 'guide.v1', content: 'intro' },
    { title: 'Run', content: '```js\n  let a = 1;\n\n  run(a);\n```' },
  ]);
  const [request] = rig.server.requests;
  expect(request).toMatchObject({
    path: '/v1/chat/completions',
    headers: { authorization: 'Bearer k3y-secret', 'content-type': 'application/json' },
    body: {
      model: 'small',
      temperature: 0,
      stream: false,
      chat_template_kwargs: { enable_thinking: false },
      reasoning_effort: 'minimal',
      enable_thinking: false,
    },
  });
  expect(request?.body.messages.map(({ role }) => role)).toEqual(['system', 'user']);
  expect(request?.body.messages[1]?.content).toBe(`This is the HTML of the page.\n\n${PAGE}`);
  expect(await rig.read('/guide.v1.html', reading)).toMatchObject({ outcome: 'unchanged' });
  expect(rig.server.requests).toHaveLength(1);
});

test('a long page is cut between characters and code is looked for in all of it', async () => {
  const rig = await startRig(() => '```\nthe end\n```');
  rig.host.put('/long.md', `${'x'.repeat(49_151)}é\nthe end`);
  await expect(rig.read('/long.md')).resolves.toMatchObject({ outcome: 'read', sections: [{ title: 'long' }] });
  expect(rig.truncated).toEqual([[`${rig.host.url}/long.md`, 49_152]]);
  const content = rig.server.requests[0]?.body.messages[1]?.content ?? '';
  expect(Buffer.byteLength(content.slice(content.indexOf('\n\n') + 2))).toBe(49_151);
});

const status =
  (code: number): AgentAnswer =>
  (response) =>
    response.writeHead(code).end('{"error":"words of the model"}');
test.each<[string, AgentAnswer, string, RegExp]>([
  [
    'made-up code',
    `ok\n${FAITHFUL}~~~\nmade(up)\n~~~`,
    'verification_failed',
    /code block 2 of 2 .*line 10: made\(up\)/,
  ],
  ['nothing', ' \n', 'agent_empty', /nothing/],
  ['HTML', (response) => response.end('<html>'), 'agent_malformed', /not a chat completion/],
  ['no choices', (response) => response.end('{"choices":[]}'), 'agent_malformed', /not a chat completion/],
  ['a refused key', status(401), 'agent_refused', /HTTP 401: .*words of the model/],
  ['a failing server', status(503), 'agent_unavailable', /HTTP 503/],
  ['a lost connection', (response) => response.destroy(), 'agent_unavailable', /did not answer/],
  ['half an answer', (response) => response.write('{"cho', () => response.destroy()), 'agent_unavailable', /did not/],
  ['silence', () => {}, 'agent_timeout', /within 0\.3 s/],
])('%s fails the page', async (_, answer, reason, message) => {
  const rig = await startRig(() => answer, 300);
  await expect(rig.read()).rejects.toMatchObject({ reason, message: expect.stringMatching(message) });
});

test('pages that an agent cannot read are refused before it is asked', async () => {
  const rig = await startRig(() => FAITHFUL);
  rig.host.put('/empty.md', ' \n');
  await expect(rig.read('/empty.md')).rejects.toMatchObject({ reason: 'page_empty' });
  rig.host.put('/a.zip', 'PK');
  await expect(rig.read('/a.zip')).rejects.toMatchObject({ reason: 'media_type' });
  expect(rig.server.requests).toEqual([]);
});

test('a ping tells that the agent is there, or what to do', async () => {
  const rig = await startRig(({ body }) => (body.messages.length === 1 ? 'ok' : ''));
  await expect(rig.agent.ping(never)).resolves.toBeUndefined();
  const settings = { endpoint: 'http://127.0.0.1:9/v1', model: 'm', apiKey: undefined };
  const absent = new AgentClient({ settings, post: postJson });
  await expect(absent.ping(never)).rejects.toMatchObject({
    code: 'agent_unhealthy',
    message: expect.stringMatching(
      /^agent health check failed for endpoint http:\/\/127\.0\.0\.1:9\/v1: .*ECONNREFUSED/,
    ),
  });
  await expect(absent.extract('x', 'text/html', never)).rejects.toMatchObject({
    reason: 'agent_unreachable',
  });
  const stop = new AbortController();
  const silent = await startRig(() => () => stop.abort(new Error('stopped')));
  await expect(silent.agent.extract('x', 'text/html', stop.signal)).rejects.toThrow('stopped');
});

test('an agent is asked for by name when it is not configured, and its key never shows', () => {
  const env = { DEADZONE_AGENT_ENDPOINT: 'http://h/v1', DEADZONE_AGENT_ENDPOINT_MODEL: ' ' };
  expect(() => requireAgent(env)).toThrow(/agent not configured: DEADZONE_AGENT_ENDPOINT_MODEL is not set/);
  expect(() => requireAgent({})).toThrow(/DEADZONE_AGENT_ENDPOINT and DEADZONE_AGENT_ENDPOINT_MODEL are not set/);
  expect(() => requireAgent({ ...env, DEADZONE_AGENT_ENDPOINT: 'h/v1', DEADZONE_AGENT_ENDPOINT_MODEL: 'm' })).toThrow(
    /is h\/v1/,
  );
  expect(createRedactor({ DEADZONE_AGENT_ENDPOINT_API_KEY: 'k3y-secret' }).redact('k3y-secret')).not.toContain('k3y');
});

test('fences are closed by their own kind; what is not closed does not count', () => {
  const blocks = fencedBlocks('  ```js x\na\n~~~\n  b\n\t````\n~~~\n```\n~~~\n```\nrest');
  expect(blocks).toEqual([
    { line: 1, text: 'a\n~~~\n  b' },
    { line: 6, text: '```' },
  ]);
  expect(() => verifyCode('```\na\n```', 'a&lt;')).not.toThrow();
  expect(() => verifyCode('```\na<\n```', 'a&lt;')).toThrow();
});

test('the first bytes of a text are a beginning of it, and at most one character short', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, limit) => {
      const kept = firstBytes(text, limit);
      expect(text.startsWith(kept)).toBe(true);
      expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(limit);
      expect(Buffer.byteLength(kept)).toBeGreaterThan(Math.min(limit, Buffer.byteLength(text)) - 4);
    }),
  );
});
