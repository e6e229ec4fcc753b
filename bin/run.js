#!/usr/bin/env node
// This file must parse and run on Node 16, so that an old Node is told what is wrong instead of a syntax error.
import module from 'node:module';

/** `engines.node` of package.json; a test holds the two together. */
const REQUIRED = [22, 18];

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < REQUIRED[0] || (major === REQUIRED[0] && minor < REQUIRED[1])) {
  process.stderr.write(
    `capture-cli needs Node ${REQUIRED.join('.')} or newer and was started by Node ${process.versions.node}: ` +
      'install one from https://nodejs.org, or run `npx -y -p node@24 -p capture-cli capture-cli …`\n',
  );
  process.exitCode = 2;
} else {
  module.enableCompileCache();
  // React chooses its production build by this when Ink loads.
  process.env.NODE_ENV = 'production';
  silenceSqliteWarning(process);
  const { main } = await import('../dist/cli/main.js');
  await main(process, import.meta.dirname);
}

/** Only this one: other warnings are news. */
function silenceSqliteWarning(proc) {
  const emitWarning = proc.emitWarning;
  proc.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === 'object' ? rest[0]?.type : rest[0];
    if (type === 'ExperimentalWarning' && String(warning).includes('SQLite')) return;
    emitWarning.call(proc, warning, ...rest);
  };
}
