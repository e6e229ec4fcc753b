import { OperatorError } from '../errors.ts';
import { EXIT } from '../exit-codes.ts';
import { Secret } from './secrets.ts';

const ENDPOINT = 'DEADZONE_AGENT_ENDPOINT';
const MODEL = 'DEADZONE_AGENT_ENDPOINT_MODEL';
const API_KEY = 'DEADZONE_AGENT_ENDPOINT_API_KEY';

/** A language model behind an endpoint that speaks OpenAI's chat completions. */
export interface AgentSettings {
  /** Base of the interface, without a slash at its end: `http://localhost:11434/v1`. */
  readonly endpoint: string;
  readonly model: string;
  /** Undefined where the endpoint wants none. */
  readonly apiKey: Secret | undefined;
}

/**
 * The agent that pages of the kind scrape-via-agent go through.
 *
 * @throws OperatorError `agent_not_configured`, exit 2, when the endpoint or the model is not set or not an address
 */
export function requireAgent(env: Readonly<NodeJS.ProcessEnv>): AgentSettings {
  const endpoint = env[ENDPOINT]?.trim().replace(/\/+$/, '') ?? '';
  const model = env[MODEL]?.trim() ?? '';
  const apiKey = env[API_KEY]?.trim() ?? '';
  const missing = [endpoint === '' ? ENDPOINT : '', model === '' ? MODEL : ''].filter((name) => name !== '');
  if (missing.length > 0) throw notConfigured(`${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set`);
  if (!/^https?:$/.test(URL.parse(endpoint)?.protocol ?? '')) {
    throw notConfigured(`${ENDPOINT} is ${endpoint}, which is not an address that begins with http:// or https://`);
  }
  return { endpoint, model, apiKey: apiKey === '' ? undefined : new Secret(apiKey, API_KEY) };
}

function notConfigured(what: string): OperatorError {
  return new OperatorError(`scrape-via-agent source present but agent not configured: ${what}`, {
    code: 'agent_not_configured',
    exitCode: EXIT.usage,
    nextSteps: [
      `set the endpoint and the model: export ${ENDPOINT}=http://localhost:11434/v1 ${MODEL}=…`,
      `and ${API_KEY} where the endpoint wants a key`,
    ],
  });
}
