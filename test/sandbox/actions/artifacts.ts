export interface Artifact {
  readonly id: number;
  readonly runId: number;
  readonly name: string;
  readonly bytes: number;
  readonly createdAt: number;
  /** Holds the files. */
  readonly folder: string;
}

/** The artifacts of a repository: a name is given once in a run. */
export class Artifacts {
  readonly #all: Artifact[] = [];
  #made = 0;

  ofRun(runId: number): readonly Artifact[] {
    return this.#all.filter((each) => each.runId === runId);
  }

  all(): readonly Artifact[] {
    return this.#all.toReversed();
  }

  has(runId: number, name: string): boolean {
    return this.ofRun(runId).some((each) => each.name === name);
  }

  /** Adds one. @throws Error in the action's words when the run has that name already. */
  add(artifact: Omit<Artifact, 'id'>): Artifact {
    if (this.has(artifact.runId, artifact.name)) {
      throw new Error(
        'Failed to CreateArtifact: Received non-retryable error: Failed request: (409) Conflict: an artifact with this name already exists on the workflow run',
      );
    }
    this.#made += 1;
    const made = { ...artifact, id: this.#made };
    this.#all.push(made);
    return made;
  }

  remove(id: number): void {
    const at = this.#all.findIndex((each) => each.id === id);
    if (at >= 0) this.#all.splice(at, 1);
  }
}
