import { parse } from 'yaml';
import { syntaxErrors } from './syntax.ts';

export type Scalar = string | number | boolean | null;
/** A piece of a workflow file, expressions not yet evaluated, or any value of an expression. */
export type Node = Scalar | readonly Node[] | { readonly [key: string]: Node };
export type NodeMap = Readonly<Record<string, Node>>;

export interface InputDeclaration {
  readonly type?: 'string' | 'boolean' | 'number' | 'choice' | 'environment';
  readonly required?: boolean;
  readonly default?: Scalar;
  readonly options?: readonly string[];
}
type Inputs = Readonly<Record<string, InputDeclaration | null>>;

export interface StepDocument {
  readonly id?: string;
  readonly name?: string;
  readonly if?: Scalar;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: NodeMap;
  readonly env?: Node;
  readonly shell?: string;
  readonly 'working-directory'?: string;
  readonly 'continue-on-error'?: Scalar;
  readonly 'timeout-minutes'?: Scalar;
}

export interface RunDefaults {
  readonly run?: { readonly shell?: string; readonly 'working-directory'?: string };
}

export interface JobDocument {
  readonly name?: Scalar;
  readonly needs?: string | readonly string[];
  readonly if?: Scalar;
  readonly permissions?: Permissions;
  readonly 'runs-on'?: Node;
  readonly environment?: Node;
  readonly concurrency?: Node;
  readonly outputs?: NodeMap;
  readonly env?: Node;
  readonly defaults?: RunDefaults;
  readonly strategy?: { readonly matrix?: Node; readonly 'fail-fast'?: Scalar; readonly 'max-parallel'?: Scalar };
  readonly steps?: readonly StepDocument[];
  readonly 'timeout-minutes'?: Scalar;
  readonly 'continue-on-error'?: Scalar;
  readonly uses?: string;
  readonly with?: NodeMap;
  readonly secrets?: 'inherit' | NodeMap;
}

export type Permissions = 'read-all' | 'write-all' | Readonly<Record<string, 'read' | 'write' | 'none'>>;

export interface WorkflowDocument {
  readonly name?: string;
  readonly 'run-name'?: string;
  readonly on: {
    readonly workflow_dispatch?: { readonly inputs?: Inputs } | null;
    readonly workflow_call?: {
      readonly inputs?: Inputs;
      readonly outputs?: Readonly<Record<string, { readonly value: string }>>;
      readonly secrets?: Readonly<Record<string, { readonly required?: boolean } | null>>;
    } | null;
    readonly [event: string]: unknown;
  };
  readonly permissions?: Permissions;
  readonly env?: Node;
  readonly defaults?: RunDefaults;
  readonly concurrency?: Node;
  readonly jobs: Readonly<Record<string, JobDocument>>;
}

/** A workflow file that GitHub would not run. */
export class WorkflowInvalid extends Error {
  override readonly name = 'WorkflowInvalid';
}

export function needsOf({ needs = [] }: JobDocument): readonly string[] {
  return typeof needs === 'string' ? [needs] : needs;
}

/** `on: push` and `on: [push, pull_request]` are short for a map. */
function eventsOf(on: unknown): WorkflowDocument['on'] {
  if (typeof on === 'string') return { [on]: null };
  return Array.isArray(on)
    ? Object.fromEntries(on.map((event) => [String(event), null]))
    : (on as WorkflowDocument['on']);
}

/** The jobs must form a graph without a circle. */
function checkGraph(path: string, jobs: WorkflowDocument['jobs']): void {
  const done = new Set<string>();
  const visit = (id: string, trail: readonly string[]): void => {
    if (trail.includes(id))
      throw new WorkflowInvalid(`${path}: the jobs ${[...trail, id].join(' -> ')} need each other`);
    if (done.has(id)) return;
    for (const needed of needsOf(jobs[id] ?? {})) {
      if (!jobs[needed]) throw new WorkflowInvalid(`${path}: Job '${id}' depends on unknown job '${needed}'.`);
      visit(needed, [...trail, id]);
    }
    done.add(id);
  };
  for (const id of Object.keys(jobs)) visit(id, []);
}

/**
 * Reads a workflow file. GitHub's parser checks it against GitHub's schema, which contexts an expression may use where
 * included; its own tree of tokens is not used, because it loses the indentation of block scalars with expressions.
 * @throws WorkflowInvalid with every error.
 */
export function parseWorkflow(path: string, content: string): WorkflowDocument {
  const errors = syntaxErrors(path.slice(path.lastIndexOf('/') + 1), content);
  if (errors.length > 0) throw new WorkflowInvalid(errors.join('\n'));
  // The schema has been checked just above.
  const document = parse(content) as WorkflowDocument;
  checkGraph(path, document.jobs);
  return { ...document, on: eventsOf(document.on) };
}
