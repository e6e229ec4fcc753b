import type { Settings } from '../../config/schema.ts';
import { SETTINGS } from '../../config/settings.ts';

/** The names of secrets and variables in a repository, by what they hold. */
export type WorkflowNames = Omit<Settings['actions'], 'repository'>;

/** A secret or variable that a workflow reads. */
export interface NeededValue {
  readonly kind: 'secret' | 'variable';
  readonly name: string;
  /** `always`, or what it is for: more requests by a token or by an App, the schedule, or the embedder openai. */
  readonly needed: 'always' | 'token' | 'app' | 'schedule' | 'openai';
}

type NameKey = Exclude<keyof WorkflowNames, 'owner'>;

/** By the key of its setting, how the value under that name is kept and what it is needed for. */
const VALUES: Readonly<Record<NameKey, Omit<NeededValue, 'name'>>> = {
  supabaseUrlSecret: { kind: 'secret', needed: 'always' },
  supabaseKeySecret: { kind: 'secret', needed: 'always' },
  tokenSecret: { kind: 'secret', needed: 'token' },
  appIdVariable: { kind: 'variable', needed: 'app' },
  privateKeySecret: { kind: 'secret', needed: 'app' },
  installationIdVariable: { kind: 'variable', needed: 'app' },
  scheduleVariable: { kind: 'variable', needed: 'schedule' },
};

/** Read under a name that no setting changes. */
const FIXED: readonly NeededValue[] = [{ kind: 'secret', name: 'OPENAI_API_KEY', needed: 'openai' }];

const CONTEXTS = { secret: 'secrets', variable: 'vars' } as const;

/** The names that the shipped workflows use, which are the defaults of the settings. */
const SHIPPED = Object.fromEntries(
  (Object.keys(VALUES) as NameKey[]).map((key) => [key, SETTINGS[`actions.${key}`].default]),
) as Readonly<Record<NameKey, string>>;

/** Replaces the shipped names in the expressions of a workflow by `names`, all at once, so that names may change places. */
export function withNames(text: string, names: WorkflowNames): string {
  const chosen = new Map(
    (Object.keys(VALUES) as NameKey[]).map((key) => {
      const context = CONTEXTS[VALUES[key].kind];
      return [`${context}.${SHIPPED[key]}`, `${context}.${names[key]}`];
    }),
  );
  return text.replaceAll(/\b(?:secrets|vars)\.\w+/g, (reference) => chosen.get(reference) ?? reference);
}

/** What workflows with these names read, as far as it occurs in `texts`; what is always needed comes first. */
export function neededValues(texts: readonly string[], names: WorkflowNames): readonly NeededValue[] {
  const named = (Object.keys(VALUES) as NameKey[]).map((key) => ({ ...VALUES[key], name: names[key] }));
  return [...named, ...FIXED].filter(({ kind, name }) =>
    texts.some((text) => new RegExp(`\\b${CONTEXTS[kind]}\\.${name}\\b`).test(text)),
  );
}
