import { SOURCE_KINDS, type SourceKind } from '../slot.ts';
import type { LibraryEntry, VersionEntry } from './library-entry.ts';
import type { PlacedText, RegistryFile } from './registry-file.ts';

const REF = '{ref}';

/**
 * Reports what an entry says that cannot be, in deadzone's order and words (doc-pack format, section 1.2). Beyond
 * deadzone's rules, an address must be http or https, and a library's folder must be a folder of its own.
 */
export function checkEntry(file: RegistryFile, entry: LibraryEntry): void {
  const report = ({ offset }: { readonly offset: number }, message: string) =>
    file.report('check', offset, `${entry.where}${message}`);
  checkLibId(entry.libId, report);
  checkKind(entry.kind, report);
  checkUrls(entry.urls, 'urls', report);
  checkRef(entry.ref, 'ref', report);
  if (entry.versions.length === 0) checkUnversioned(entry, report);
  else checkVersions(entry, report);
}

export function isSourceKind(kind: string): kind is SourceKind {
  return SOURCE_KINDS.some((known) => known === kind);
}

type Report = (at: { readonly offset: number }, message: string) => void;

function checkLibId(libId: PlacedText, report: Report): void {
  const { text } = libId;
  if (text === '') report(libId, 'lib_id is required');
  else if (!text.startsWith('/')) report(libId, `lib_id "${text}" must start with "/"`);
  if (text.endsWith('/')) report(libId, `lib_id "${text}" must not end with "/"`);
  if (text === '/.' || text === '/..') report(libId, `lib_id "${text}" cannot name a folder`);
}

function checkKind(kind: PlacedText, report: Report): void {
  if (kind.text === '') report(kind, 'kind is required');
  else if (!isSourceKind(kind.text)) report(kind, `unknown kind "${kind.text}" (valid: ${SOURCE_KINDS.join(', ')})`);
}

/** `field` is `urls` or `versions["1.4"].urls`; addresses of a library itself are named without it. */
function checkUrls(urls: readonly PlacedText[], field: string, report: Report): void {
  const blank = urls.find(({ text }) => text.trim() === '');
  if (blank) report(blank, `${field} contains an empty entry`);
  const prefix = field === 'urls' ? '' : `${field}: `;
  for (const url of urls) {
    if (url.text.includes('{version}')) {
      const advice = 'contains deprecated {version} placeholder — use {ref} instead (see #120)';
      report(url, `${prefix}url "${url.text}" ${advice}`);
    } else if (url.text.trim() !== '' && !isWebAddress(url.text.replaceAll(REF, 'ref'))) {
      report(url, `${prefix}url "${url.text}" is not an http or https address`);
    }
  }
}

function isWebAddress(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === 'https:' || protocol === 'http:';
}

function checkRef(ref: PlacedText, field: string, report: Report): void {
  if (/[ \t\r\n]/.test(ref.text)) report(ref, `${field}: ref "${ref.text}" contains whitespace`);
  if (ref.text.includes(REF)) report(ref, `${field}: ref "${ref.text}" must not contain literal "{ref}"`);
}

function checkUnversioned(entry: LibraryEntry, report: Report): void {
  if (entry.urls.length === 0) report(entry, 'urls must be non-empty');
  const pinned = entry.urls.find(hasPlaceholder);
  if (pinned && entry.ref.text === '') report(pinned, 'a url contains {ref} but ref is not set');
}

function checkVersions(entry: LibraryEntry, report: Report): void {
  const bare = entry.urls.length === 0 ? entry.versions.find(({ urls }) => urls === undefined) : undefined;
  if (bare) {
    const missing = `versions["${bare.name.text}"] has no urls and the top-level urls is empty`;
    report(bare.name, `urls must be non-empty (or every version must provide its own urls); ${missing}`);
  }
  for (const version of entry.versions) checkVersion(entry, version, report);
}

function checkVersion(entry: LibraryEntry, { name, ref, urls }: VersionEntry, report: Report): void {
  const where = `versions["${name.text}"]`;
  if (name.text === '') report(name, 'versions contains an empty entry');
  if (/[ \t\r\n]/.test(name.text)) report(name, `version "${name.text}" contains whitespace`);
  if (name.text.includes('/')) report(name, `version "${name.text}" must not contain "/"`);
  checkRef(ref, `${where}.ref`, report);
  checkUrls(urls ?? [], `${where}.urls`, report);
  const effective = urls ?? entry.urls;
  if (effective.length === 0) return;
  if (!effective.some(hasPlaceholder)) {
    report(name, `${where}: no effective url contains {ref} (required when versions is set)`);
  } else if (ref.text === '' && entry.ref.text === '') {
    report(name, `a url contains {ref} but neither ${where}.ref nor the top-level ref is set`);
  }
}

function hasPlaceholder({ text }: PlacedText): boolean {
  return text.includes(REF);
}
