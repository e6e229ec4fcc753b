#!/usr/bin/env node
// Runs what is in dist with stacks for every error and without the manifest; `npm run build` after a change, because
// the sources contain JSX, which Node does not strip.
import { execute } from '@oclif/core';

await execute({
  development: true,
  dir: import.meta.url,
  loadOptions: { root: import.meta.dirname, ignoreManifest: true },
});
