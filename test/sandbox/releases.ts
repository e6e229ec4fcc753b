import type { SandboxRepository } from './history/repository.ts';

export interface StoredAsset {
  readonly id: number;
  name: string;
  readonly content: Buffer;
  /** False for what is left of an upload that failed: GitHub's state `starter`. */
  readonly complete: boolean;
  readonly createdAt: number;
  downloads: number;
}

export interface StoredRelease {
  readonly id: number;
  readonly tag: string;
  readonly createdAt: number;
  assets: readonly StoredAsset[];
}

/** A write that is about to take effect. */
export interface ReleaseWrite {
  readonly kind: 'upload' | 'rename' | 'delete';
  /** Of the asset, before the write. */
  readonly asset: string;
}

/** The published releases of every repository. */
export class PublishedReleases {
  /**
   * Called before a write takes effect, e.g. to change something else first. `fail` fails it on GitHub's side: an upload
   * leaves an asset without content.
   */
  onWrite: ((write: ReleaseWrite) => 'fail' | undefined) | undefined;
  readonly #of = new Map<SandboxRepository, readonly StoredRelease[]>();
  readonly #now: () => number;
  #lastId = 410_000_000;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** In the order in which they were published. */
  of(repository: SandboxRepository): readonly StoredRelease[] {
    return this.#of.get(repository) ?? [];
  }

  find(repository: SandboxRepository, isMeant: (release: StoredRelease) => boolean): StoredRelease | undefined {
    return this.#of.get(repository)?.find(isMeant);
  }

  /** The release of an asset, and the asset. */
  findAsset(
    repository: SandboxRepository,
    id: number,
  ): { readonly release: StoredRelease; readonly asset: StoredAsset } | undefined {
    for (const release of this.#of.get(repository) ?? []) {
      const asset = release.assets.find((each) => each.id === id);
      if (asset) return { release, asset };
    }
    return undefined;
  }

  publish(
    repository: SandboxRepository,
    tag: string,
    assets: Readonly<Record<string, string | Buffer>> = {},
  ): StoredRelease {
    const release: StoredRelease = { id: this.#nextId(), tag, createdAt: this.#now(), assets: [] };
    this.#of.set(repository, [...(this.#of.get(repository) ?? []), release]);
    for (const [name, content] of Object.entries(assets)) this.attach(release, name, Buffer.from(content), true);
    return release;
  }

  attach(release: StoredRelease, name: string, content: Buffer, complete: boolean): StoredAsset {
    const asset = { id: this.#nextId(), name, content, complete, createdAt: this.#now(), downloads: 0 };
    release.assets = [...release.assets, asset];
    return asset;
  }

  /** With all its assets. */
  remove(repository: SandboxRepository, tag: string): void {
    this.#of.set(
      repository,
      (this.#of.get(repository) ?? []).filter((release) => release.tag !== tag),
    );
  }

  #nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }
}
