import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SyncAhead } from '../../../../src/lib/docs/artifact/sync-ahead.ts';
import { temporaryDirectory } from '../../../support/temp.ts';

test('what fails on the way to the disk is told at the end, though the disk has recovered', async () => {
  const temp = await temporaryDirectory();
  const file = await open(join(temp.path, 'file'), 'w');
  try {
    let begun = 0;
    const faulty = {
      sync: () => file.sync(),
      datasync: async () => {
        begun += 1;
        await file.datasync();
        if (begun === 2) throw new Error('EIO');
      },
    };
    const sync = new SyncAhead(faulty);
    sync.begin();
    sync.begin();
    await sync.finish();
    expect(begun).toBe(1);

    sync.begin();
    await expect(sync.finish()).rejects.toThrow('EIO');
    sync.begin();
    await expect(sync.finish()).rejects.toThrow('EIO');
    expect(begun).toBe(2);
  } finally {
    await file.close();
    await temp.remove();
  }
});
