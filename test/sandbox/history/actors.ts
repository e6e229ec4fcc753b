import { mixSeed, Random } from './random.ts';
import type { ActorRecord, ActorType, Author } from './records.ts';

const FIRST = [
  'ada',
  'bo',
  'chidi',
  'dana',
  'emre',
  'freya',
  'goro',
  'hana',
  'imani',
  'jörg',
  'kai',
  'lena',
  'mio',
  'noor',
  'oskar',
  'pia',
];
const LAST = [
  'abel',
  'byte',
  'cole',
  'dev',
  'ek',
  'fox',
  'gray',
  'holm',
  'ivy',
  'jain',
  'kern',
  'lund',
  'moss',
  'nash',
  'ode',
  'park',
];
/** Real apps under their real ids, because consumers special-case them. */
const BOTS = [
  { login: 'dependabot', id: 49_699_333 },
  { login: 'renovate', id: 29_139_614 },
  { login: 'github-actions', id: 41_898_282 },
  { login: 'codecov', id: 22_429_695 },
] as const;

const WEB = 'https://github.com';

function actor(type: ActorType, login: string, databaseId: number | null, name: string | null): ActorRecord {
  const resourcePath = type === 'Bot' ? `/apps/${login}` : `/${login}`;
  const serial = databaseId ?? login;
  return {
    __typename: type,
    id: `${{ User: 'U', Bot: 'BOT', Mannequin: 'M', Organization: 'O', EnterpriseUserAccount: 'EUA' }[type]}_${serial}`,
    databaseId,
    login,
    name,
    email: databaseId === null ? '' : `${databaseId}+${login}@users.noreply.github.com`,
    url: WEB + resourcePath,
    resourcePath,
    avatarUrl: `https://avatars.githubusercontent.com/u/${serial}?v=4`,
  };
}

/** The accounts of one repository: made when first met, at most a few thousand, few of them doing most of the work. */
export class ActorPool {
  readonly #seed: number;
  readonly #size: number;
  readonly #users = new Map<number, ActorRecord>();
  readonly #recorded = new Map<string, ActorRecord>();
  readonly #bots = BOTS.map((bot) => actor('Bot', bot.login, bot.id, null));
  readonly #logins = new Map<number, string>();

  constructor(seed: number, pullRequests: number) {
    this.#seed = seed;
    this.#size = Math.min(3_000, 8 + Math.ceil(pullRequests / 6));
  }

  /** An account that writes: mostly people, some bots, now and then a deleted, imported or unusual account. */
  author(random: Random): Author {
    const share = random.fraction();
    if (share < 0.9) return this.user(random);
    if (share < 0.97) return random.pick(this.#bots);
    if (share < 0.985) return null;
    if (share < 0.993) return this.special('Mannequin');
    if (share < 0.997) return this.special('Organization');
    return this.special('EnterpriseUserAccount');
  }

  /** A person. */
  user(random: Random): ActorRecord {
    return this.#named(this.#userAt(random.smallBelow(this.#size, 2)));
  }

  special(type: Exclude<ActorType, 'User'>): ActorRecord {
    if (type === 'Bot') return this.#bots[0] ?? actor('Bot', 'dependabot', 49_699_333, null);
    if (type === 'Mannequin') return actor('Mannequin', 'imported-user', 90_000_001, 'Imported User');
    if (type === 'Organization') return actor('Organization', 'acme-bots', 9_000_002, 'Acme');
    return actor('EnterpriseUserAccount', 'managed_acme', null, 'Managed');
  }

  /** The account of a recorded history; `[bot]` logins become bots, whose GraphQL login has no such ending. */
  recorded(login: string, databaseId: number): ActorRecord {
    const known = this.#recorded.get(login);
    if (known) return this.#named(known);
    const bot = login.endsWith('[bot]');
    const made = bot
      ? actor('Bot', login.slice(0, -'[bot]'.length), databaseId, null)
      : actor('User', login, databaseId, null);
    this.#recorded.set(login, made);
    return this.#named(made);
  }

  /** From now on the account with this id has this login, as when somebody renames an account. */
  rename(databaseId: number, login: string): void {
    this.#logins.set(databaseId, login);
  }

  #named(record: ActorRecord): ActorRecord {
    if (this.#logins.size === 0 || record.databaseId === null) return record;
    const login = this.#logins.get(record.databaseId);
    return login === undefined ? record : actor(record.__typename, login, record.databaseId, record.name);
  }

  #userAt(index: number): ActorRecord {
    const known = this.#users.get(index);
    if (known) return known;
    const random = new Random(mixSeed(this.#seed, index, 0xac70));
    const first = random.pick(FIRST);
    const last = random.pick(LAST);
    // Ten thousand ids for every index, so that two accounts never share one.
    const databaseId = 1_000_000 + index * 10_000 + random.below(10_000);
    const login = `${first.replace('ö', 'oe')}-${last}-${index}`;
    const name = `${first[0]?.toUpperCase() ?? ''}${first.slice(1)} ${last[0]?.toUpperCase() ?? ''}${last.slice(1)}`;
    const made = actor('User', login, databaseId, random.chance(0.8) ? name : null);
    this.#users.set(index, made);
    return made;
  }
}
