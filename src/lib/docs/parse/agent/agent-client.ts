import { z } from 'zod';
import type { AgentSettings } from '../../../config/agent.ts';
import { messageOf, OperatorError } from '../../../errors.ts';
import { TransportFailure } from '../../../transport-failure.ts';
import { ParseFailure } from '../parse-failure.ts';
import { trimSpace } from '../white-space.ts';
import type { JsonAnswer, PostJson } from './post-json.ts';
import { type ChatMessage, extractionPrompt } from './prompt.ts';

const EXTRACT_TIMEOUT_MS = 20 * 60_000;
const PING_TIMEOUT_MS = 30_000;
const EXCERPT_LENGTH = 512;

/** Servers have no common way to say that a model shall not think aloud first, and ignore the ways that they do not know. */
const WITHOUT_REASONING = {
  chat_template_kwargs: { enable_thinking: false },
  reasoning_effort: 'minimal',
  enable_thinking: false,
};

const Completion = z.object({ choices: z.array(z.object({ message: z.object({ content: z.string() }) })).min(1) });

export interface AgentOptions {
  readonly settings: AgentSettings;
  readonly post: PostJson;
  /** In place of 20 minutes for a page and 30 seconds for a ping. */
  readonly timeouts?: { readonly extractMs: number; readonly pingMs: number };
}

export interface Extraction {
  readonly markdown: string;
  /** True when the page was longer than a model is given. */
  readonly isTruncated: boolean;
}

/** Asks a language model for the documentation in a page. */
export class AgentClient {
  readonly #options: AgentOptions;

  constructor(options: AgentOptions) {
    this.#options = options;
  }

  /**
   * Asks for one word, so that a wrong endpoint, model or key shows before any page is fetched.
   * @throws OperatorError `agent_unhealthy`
   */
  async ping(signal: AbortSignal): Promise<void> {
    const { settings, timeouts } = this.#options;
    const messages: ChatMessage[] = [{ role: 'user', content: 'Answer with the one word: ok' }];
    try {
      await this.#complete(messages, timeouts?.pingMs ?? PING_TIMEOUT_MS, signal);
    } catch (thrown) {
      signal.throwIfAborted();
      throw new OperatorError(`agent health check failed for endpoint ${settings.endpoint}: ${messageOf(thrown)}`, {
        code: 'agent_unhealthy',
        cause: thrown,
        nextSteps: [
          `see whether the endpoint runs and has the model: curl ${settings.endpoint}/models`,
          'or choose another with DEADZONE_AGENT_ENDPOINT and DEADZONE_AGENT_ENDPOINT_MODEL',
        ],
      });
    }
  }

  /**
   * The Markdown that the model makes of a page. It is not verified: see `verifyCode`.
   *
   * @param mediaType of the page, lower case, without parameters
   * @throws ParseFailure
   */
  async extract(text: string, mediaType: string, signal: AbortSignal): Promise<Extraction> {
    if (trimSpace(text) === '') throw new ParseFailure('the page is empty', { reason: 'page_empty' });
    const { messages, isTruncated } = extractionPrompt(text, mediaType);
    const timeoutMs = this.#options.timeouts?.extractMs ?? EXTRACT_TIMEOUT_MS;
    const markdown = trimSpace(await this.#complete(messages, timeoutMs, signal));
    if (markdown === '') throw new ParseFailure('the agent answered with nothing', { reason: 'agent_empty' });
    return { markdown, isTruncated };
  }

  async #complete(messages: readonly ChatMessage[], timeoutMs: number, signal: AbortSignal): Promise<string> {
    const { settings, post } = this.#options;
    const { endpoint, model, apiKey } = settings;
    const authorization = apiKey && { authorization: `Bearer ${apiKey.reveal()}` };
    const headers = { 'content-type': 'application/json', accept: 'application/json', ...authorization };
    const body = JSON.stringify({ model, messages, temperature: 0, stream: false, ...WITHOUT_REASONING });
    try {
      return contentOf(await post({ url: `${endpoint}/chat/completions`, headers, body, timeoutMs }, signal));
    } catch (thrown) {
      throw thrown instanceof TransportFailure ? unanswered(thrown) : thrown;
    }
  }
}

function contentOf({ status, body }: JsonAnswer): string {
  const text = body.toString('utf8');
  if (status !== 200) {
    const excerpt = text.length > EXCERPT_LENGTH ? `${text.slice(0, EXCERPT_LENGTH)}…` : text;
    const reason = status >= 500 ? 'agent_unavailable' : 'agent_refused';
    throw new ParseFailure(`the agent answered HTTP ${status}${excerpt ? `: ${excerpt}` : ''}`, { reason });
  }
  try {
    return Completion.parse(JSON.parse(text)).choices[0]?.message.content ?? '';
  } catch (thrown) {
    const message = "the agent's answer is not a chat completion";
    throw new ParseFailure(message, { reason: 'agent_malformed', cause: thrown });
  }
}

/** A connection that was lost may be there for the next page; one that cannot be made will not. */
function unanswered(failure: TransportFailure): ParseFailure {
  const message = `the agent did not answer: ${failure.message}`;
  switch (failure.kind) {
    case 'deadline_exceeded':
      return new ParseFailure(message, { reason: 'agent_timeout', cause: failure });
    case 'cut_stream':
    case 'reset_before_headers':
      return new ParseFailure(message, { reason: 'agent_unavailable', cause: failure });
    default:
      return new ParseFailure(message, { reason: 'agent_unreachable', cause: failure });
  }
}
