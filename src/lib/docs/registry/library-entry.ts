import { isMap, isScalar, isSeq, type Node } from 'yaml';
import { type Pair, type PlacedText, type RegistryFile, startOf } from './registry-file.ts';

/** An entry of `libraries:` as it is written, before its rules are checked. */
export interface LibraryEntry {
  /** `libraries[3] ("/org/project"): `, for messages. */
  readonly where: string;
  readonly offset: number;
  readonly libId: PlacedText;
  readonly kind: PlacedText;
  readonly urls: readonly PlacedText[];
  readonly ref: PlacedText;
  readonly description: string;
  /** In the order of the file; empty where the library has no versions. */
  readonly versions: readonly VersionEntry[];
  /** False where its shape is wrong: then what it says is not known. */
  readonly readable: boolean;
}

/** One of an entry's `versions:`. What it does not say, it inherits: '' and undefined. */
export interface VersionEntry {
  readonly name: PlacedText;
  readonly ref: PlacedText;
  readonly urls: readonly PlacedText[] | undefined;
  readonly description: string;
}

const REGISTRY_KEYS = ['libraries'];
const ENTRY_KEYS = ['lib_id', 'kind', 'urls', 'ref', 'description', 'versions'];
const VERSION_KEYS = ['ref', 'urls', 'description'];

/** yaml.v3's numbers of the kinds of nodes, which deadzone's message names. */
const YAML_KIND = { scalar: 8, alias: 16 } as const;

const LIST_FORM = 'versions must be a mapping {v1: {ref: tag1}, v2: {ref: tag2}}; list form is no longer supported';

/** The entries of a registry, in order. What is not shaped like one is reported to the file and left out. */
export function readEntries(file: RegistryFile): readonly LibraryEntry[] {
  const { root } = file;
  if (root !== undefined && !isMap(root)) {
    file.report('parse', startOf(root) ?? 0, 'a registry is a mapping with the key "libraries"');
    return [];
  }
  const libraries = valueUnder(file.pairs(root, '', REGISTRY_KEYS), 'libraries');
  if (libraries !== undefined && !isSeq(libraries)) {
    file.report('parse', startOf(libraries) ?? 0, 'libraries must be a list');
    return [];
  }
  if (libraries === undefined || libraries.items.length === 0) {
    file.report('check', startOf(libraries) ?? 0, 'no libraries defined');
    return [];
  }
  return libraries.items.map((item, index) => readEntry(file, item, index, startOf(libraries) ?? 0));
}

function readEntry(file: RegistryFile, item: unknown, index: number, listOffset: number): LibraryEntry {
  const misshapen = file.misshapen;
  const node = file.present(item);
  const offset = startOf(item) ?? listOffset;
  const libId = isMap(node) ? file.text(node.get('lib_id', true), offset, `libraries[${index}]: lib_id`) : undefined;
  const where = `libraries[${index}] ("${libId?.text ?? ''}"): `;
  if (node !== undefined && !isMap(node)) file.report('parse', offset, `${where}an entry must be a mapping`);
  const pairs = file.pairs(node, where, ENTRY_KEYS);
  const text = (key: string) => file.text(valueUnder(pairs, key), offset, `${where}${key}`);
  const urls = valueUnder(pairs, 'urls');
  if (urls !== undefined && !isSeq(urls)) file.report('parse', startOf(urls) ?? offset, `${where}urls must be a list`);
  const entry = {
    where,
    offset,
    libId: libId ?? { text: '', offset },
    kind: text('kind'),
    urls: readTexts(file, urls, `${where}urls`),
    ref: text('ref'),
    description: text('description').text.trim(),
    versions: readVersions(file, pairs, where),
  };
  return { ...entry, readable: file.misshapen === misshapen };
}

function readVersions(file: RegistryFile, entry: readonly Pair[], where: string): readonly VersionEntry[] {
  const pair = entry.find(({ key }) => key.text === 'versions');
  if (pair === undefined) return [];
  const { value, aliased, key } = pair;
  const offset = (aliased ? undefined : startOf(value)) ?? key.offset;
  if (isSeq(value) && !aliased) {
    file.report('parse', offset, `${where}${LIST_FORM}`);
    return [];
  }
  if (!isMap(value) || aliased) {
    const kind = aliased ? YAML_KIND.alias : YAML_KIND.scalar;
    file.report('parse', offset, `${where}versions must be a mapping, got yaml kind ${kind}`);
    return [];
  }
  return file.pairs(value, `${where}versions: `).map((version) => readVersion(file, version, where));
}

function readVersion(file: RegistryFile, { key: name, value }: Pair, entry: string): VersionEntry {
  const where = `${entry}versions["${name.text}"]`;
  if (value !== undefined && !isMap(value)) {
    const given = isScalar(value) ? 'text' : 'a list';
    const message = `${where}: cannot unmarshal ${given} into a mapping of ref, urls and description`;
    file.report('parse', startOf(value) ?? name.offset, message);
  }
  const pairs = file.pairs(value, `${where}: `, VERSION_KEYS);
  const text = (key: string) => file.text(valueUnder(pairs, key), name.offset, `${where}.${key}`);
  return {
    name,
    ref: text('ref'),
    urls: readOverride(file, pairs, `${where}.urls`),
    description: text('description').text.trim(),
  };
}

/** A version's own addresses: undefined where it inherits those of its library. */
function readOverride(file: RegistryFile, version: readonly Pair[], where: string): VersionEntry['urls'] {
  const pair = version.find(({ key }) => key.text === 'urls');
  if (pair === undefined) return undefined;
  const urls = pair.value;
  if (!isSeq(urls)) file.report('parse', startOf(urls) ?? pair.key.offset, `${where} must be a list`);
  else if (urls.items.length === 0) {
    file.report('parse', pair.key.offset, `${where} is an empty list (omit the field to inherit the top-level urls)`);
  }
  return readTexts(file, urls, where);
}

function readTexts(file: RegistryFile, list: Node | undefined, where: string): readonly PlacedText[] {
  if (!isSeq(list)) return [];
  return list.items.map((item, index) => file.text(item, startOf(list) ?? 0, `${where}[${index}]`));
}

function valueUnder(pairs: readonly Pair[], key: string): Node | undefined {
  return pairs.find((pair) => pair.key.text === key)?.value;
}
