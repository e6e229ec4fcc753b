// An embedded store that is open and idle: one request, then nothing. Plain JavaScript on the built product, so that no
// type stripping adds to its memory. Ends when it is told to.
import { pathToFileURL } from 'node:url';

const [root, directory] = process.argv.slice(2);
const built = (path) => import(pathToFileURL(`${root}/dist/lib/${path}`).href);
const [{ openStore }, { createBackfillStore }, { systemClock }] = await Promise.all([
  built('store/store.js'),
  built('store/procedures.js'),
  built('clock.js'),
]);
const store = await openStore({ directory, migrationsDirectory: `${root}/supabase/migrations`, clock: systemClock });
await createBackfillStore(store.client).status('none/such');
process.send('idle');
process.once('message', async () => {
  await store.close();
  process.disconnect();
});
