import { packText } from './pack-text.ts';
import type { ReleaseResult } from './publish-pack.ts';

/** What came of a release, in one line. */
export function releaseLine({ outcome, repository, release }: ReleaseResult): string {
  const pack = `${packText(release)}, sha256 ${release.sha256}`;
  switch (outcome) {
    case 'published':
      return `Published ${release.asset} in ${repository} ${release.tag}: ${pack}`;
    case 'unchanged':
      return `${repository} ${release.tag} has exactly this ${release.asset} already: ${pack}`;
    case 'planned':
      return `Nothing was done. ${repository} ${release.tag} would have ${pack}`;
  }
}
