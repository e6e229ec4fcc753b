import type { FileHandle } from 'node:fs/promises';

type SyncableFile = Pick<FileHandle, 'datasync' | 'sync'>;

/**
 * Brings a file to the disk piece by piece while it is still written to: the disk works beside the processor, and little
 * is left to wait for at the end.
 */
export class SyncAhead {
  readonly #file: SyncableFile;
  /** Also one that has failed: it stays, so that `finish` tells it. */
  #running: Promise<void> | undefined;

  constructor(file: SyncableFile) {
    this.#file = file;
  }

  /** Begins with what is written so far, unless an earlier beginning is not done yet. */
  begin(): void {
    if (this.#running !== undefined) return;
    this.#running = this.#file.datasync();
    this.#running.then(
      () => {
        this.#running = undefined;
      },
      () => {},
    );
  }

  /**
   * Resolves when all that is written is on the disk.
   * @throws Error of node:fs, also of what was begun: the system tells a failure only once (fsync(2), EIO)
   */
  async finish(): Promise<void> {
    await this.#running;
    await this.#file.sync();
  }
}
