import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import { dirname, join } from 'node:path';
import type { GraphQLSchema } from 'graphql';
import { buildASTSchema, parse } from 'graphql';
import { attachResolvers } from './resolvers.ts';

/**
 * GitHub's official schema with the sandbox's resolvers: about 0.2 s. The package's entry point would also parse the
 * schema as JSON, so its SDL is read from beside it.
 */
export function buildGitHubSchema(): GraphQLSchema {
  const manifest = findPackageJSON('@octokit/graphql-schema', import.meta.url);
  if (manifest === undefined) throw new Error('@octokit/graphql-schema is not installed');
  const sdl = readFileSync(join(dirname(manifest), 'schema.graphql'), 'utf8');
  const schema = buildASTSchema(parse(sdl, { noLocation: true }), { assumeValid: true, assumeValidSDL: true });
  attachResolvers(schema);
  return schema;
}
