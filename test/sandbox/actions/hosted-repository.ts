import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { hashText } from '../history/random.ts';
import type { SandboxRepository } from '../history/repository.ts';
import { Artifacts } from './artifacts.ts';
import { Caches } from './caches.ts';
import type { Proposal } from './proposals.ts';
import type { WorkflowRun } from './records.ts';
import { RepositoryFiles } from './repository-files.ts';
import type { WorkflowDocument } from './workflow/document.ts';
import { parseWorkflow, WorkflowInvalid } from './workflow/document.ts';

export const WORKFLOW_FOLDER = '.github/workflows/';

export interface EnvironmentSettings {
  /** Jobs wait until somebody approves; default false. */
  readonly requiresApproval?: boolean;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
}

export interface HostSettings {
  readonly secrets?: Readonly<Record<string, string>>;
  readonly vars?: Readonly<Record<string, string>>;
  readonly environments?: Readonly<Record<string, EnvironmentSettings>>;
  /** What a GITHUB_TOKEN may do when the workflow does not say; default `read`, as new repositories have it. */
  readonly defaultPermissions?: 'read' | 'write';
  /** Jobs, by their names, whose machine cannot reach the package registry: npx fails there. */
  readonly offlineJobs?: readonly string[];
}

export type WorkflowState = 'active' | 'disabled_manually' | 'disabled_inactivity';

/** A workflow as the API lists it. */
export interface HostedWorkflow {
  readonly id: number;
  readonly path: string;
  readonly name: string;
  readonly state: WorkflowState;
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Files, workflows, settings and runs of one repository. */
export class HostedRepository {
  readonly repository: SandboxRepository;
  readonly files: RepositoryFiles;
  readonly artifacts = new Artifacts();
  readonly caches: Caches;
  /** Newest last. */
  readonly proposals: Proposal[] = [];
  settings: HostSettings = {};
  /** Newest last. */
  readonly runs: WorkflowRun[] = [];
  readonly #states = new Map<string, { readonly state: WorkflowState; readonly at: number }>();
  readonly #parsed = new Map<string, WorkflowDocument | WorkflowInvalid>();
  readonly #runNumbers = new Map<string, number>();
  readonly #createdAt: number;

  constructor(repository: SandboxRepository, createdAt: number, cacheLimitBytes?: number) {
    this.repository = repository;
    this.files = new RepositoryFiles(repository.nameWithOwner);
    this.#createdAt = createdAt;
    this.caches = new Caches(`refs/heads/${this.files.defaultBranch}`, cacheLimitBytes);
  }

  /** Commits every file of a folder as a workflow to the default branch. */
  addWorkflowFolder(folder: string): void {
    const names = readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
    const changes = names.map((name) => [`${WORKFLOW_FOLDER}${name}`, readFileSync(join(folder, name))] as const);
    this.files.commit(this.files.defaultBranch, new Map(changes));
  }

  /** What stands in a workflow file. @throws WorkflowInvalid for a file that is not there or not valid. */
  document(path: string, sha = this.files.head().sha): WorkflowDocument {
    const content = this.files.at(sha)?.files.get(path)?.toString();
    if (content === undefined) throw new WorkflowInvalid(`${path} is not a file of ${this.repository.nameWithOwner}`);
    const known = this.#parsed.get(content);
    if (known instanceof WorkflowInvalid) throw known;
    if (known) return known;
    try {
      const parsed = parseWorkflow(path, content);
      this.#parsed.set(content, parsed);
      return parsed;
    } catch (thrown) {
      if (thrown instanceof WorkflowInvalid) this.#parsed.set(content, thrown);
      throw thrown;
    }
  }

  workflows(): readonly HostedWorkflow[] {
    const paths = [...this.files.head().files.keys()].filter((path) =>
      /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path),
    );
    return paths.sort().map((path) => this.workflowAt(path));
  }

  workflowAt(path: string): HostedWorkflow {
    const set = this.#states.get(path);
    return {
      id: 100_000_000 + (hashText(`${this.repository.databaseId} ${path}`) % 100_000_000),
      path,
      name: this.nameOf(path),
      state: set?.state ?? 'active',
      createdAt: this.#createdAt,
      updatedAt: set?.at ?? this.#createdAt,
    };
  }

  /** GitHub names a workflow without a `name`, or one that cannot be read, by its path. */
  nameOf(path: string): string {
    try {
      return this.document(path).name ?? path;
    } catch {
      return path;
    }
  }

  /** By id or file name; null when it is not on the default branch. */
  workflow(idOrFile: string): HostedWorkflow | null {
    return this.workflows().find(({ id, path }) => String(id) === idOrFile || basename(path) === idOrFile) ?? null;
  }

  setWorkflowState(path: string, state: WorkflowState, at: number): void {
    this.#states.set(path, { state, at });
  }

  nextRunNumber(path: string): number {
    const number = (this.#runNumbers.get(path) ?? 0) + 1;
    this.#runNumbers.set(path, number);
    return number;
  }

  environmentId(name: string): number {
    return 1_000_000 + (hashText(`${this.repository.databaseId} environment ${name}`) % 100_000_000);
  }

  /** Runs that still exist, newest first. */
  visibleRuns(now: number): readonly WorkflowRun[] {
    return this.runs.filter(({ course }) => !course.isDeleted(now)).toReversed();
  }
}
