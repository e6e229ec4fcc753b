import { createHash } from 'node:crypto';
import type { DocsPage } from './pages.ts';

const CONTENTS = /^\/repos\/([^/]+)\/([^/]+)\/contents\/(.+?)\/?$/;
const NOTHING = Buffer.alloc(0);

/**
 * GitHub's answer to `GET /repos/OWNER/REPO/contents/DIR?ref=REF`, made of the pages below `/OWNER/REPO/REF/DIR/`: a list
 * of its files and folders, or one file as an object. Null where there are none; undefined where `url` asks for no such.
 */
export function contentsListing(url: URL, pages: ReadonlyMap<string, DocsPage>): unknown {
  const [, owner, repo, path] = CONTENTS.exec(url.pathname) ?? [];
  if (path === undefined) return undefined;
  const base = `/${owner}/${repo}/${url.searchParams.get('ref') ?? 'HEAD'}/`;
  const entry = (type: 'file' | 'dir', name: string, at: string, body: Buffer) => ({
    type,
    name,
    path: at.slice(base.length),
    sha: gitHash(body),
    size: body.length,
    url: `${url.origin}/repos/${owner}/${repo}/contents/${at.slice(base.length)}${url.search}`,
    download_url: type === 'file' ? `${url.origin}${at}` : null,
  });
  const file = pages.get(`${base}${path}`);
  if (file) return entry('file', path.slice(path.lastIndexOf('/') + 1), `${base}${path}`, file.body);
  const folder = `${base}${path}/`;
  const entries = new Map<string, ReturnType<typeof entry>>();
  for (const [at, page] of pages) {
    if (!at.startsWith(folder)) continue;
    const [name = '', ...deeper] = at.slice(folder.length).split('/');
    entries.set(
      name,
      deeper.length > 0 ? entry('dir', name, `${folder}${name}`, NOTHING) : entry('file', name, at, page.body),
    );
  }
  return entries.size === 0 ? null : [...entries.values()];
}

/** The hash by which git knows a file. Those of folders change with what is in them; here they are all alike. */
function gitHash(body: Buffer): string {
  return createHash('sha1').update(`blob ${body.length}\0`).update(body).digest('hex');
}
