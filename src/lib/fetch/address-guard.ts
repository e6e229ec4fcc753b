import type { LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { AttemptFailure } from './attempt-failure.ts';

/** Decides which addresses a page may come from. */
export interface AddressGuard {
  /** @throws AttemptFailure `refused_address` for another scheme, a user name in the address, or an address that is not public. */
  admit(url: URL): void;
  /** To connect to `url` with: fails for a name that leads to an address which is not public. */
  lookupFor(url: URL): LookupFunction;
}

/**
 * Admits http and https to public addresses. Names are checked in the lookup of the connection itself: what is checked is
 * what is connected to, so a name that answers differently the second time gains nothing.
 * @param allowPrivateHosts hosts as in an address, `name` or `name:port`, that may have any address
 */
export function createAddressGuard(allowPrivateHosts: readonly string[], lookup: LookupFunction): AddressGuard {
  const allowed = new Set(allowPrivateHosts.map((host) => host.toLowerCase()));
  const isAllowed = ({ hostname, port, protocol }: URL) =>
    allowed.has(hostname) || allowed.has(`${hostname}:${port || (protocol === 'https:' ? '443' : '80')}`);
  return {
    admit: (url) => {
      if (url.protocol !== 'http:' && url.protocol !== 'https:') throw refused(`${url.protocol} is not http or https`);
      if (url.username !== '' || url.password !== '') throw refused('the address holds a user name or password');
      // A literal address is connected to without a lookup.
      const literal = url.hostname.replace(/^\[|\]$/g, '');
      if (isIP(literal) !== 0 && !isAllowed(url) && !isPublicAddress(literal)) throw notPublic(url.hostname, literal);
    },
    lookupFor: (url) => (isAllowed(url) ? lookup : publicOnly(lookup)),
  };
}

/**
 * True for an address of the public internet. False for private, loopback, link-local (cloud metadata), unique-local,
 * carrier-grade NAT and every other special range of the IANA registries, also where it is written inside an IPv6 address.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  if (parsed.range() !== 'unicast') return false;
  // 2000::/3 is all that IANA has given out of IPv6 for global unicast (RFC 4291 section 2.4).
  return parsed.kind() === 'ipv4' || (parsed.toByteArray()[0] ?? 0) >> 5 === 1;
}

/** One private address among several refuses the name: which of them is connected to is not ours to choose. */
function publicOnly(lookup: LookupFunction): LookupFunction {
  return (hostname, options, callback) => {
    lookup(hostname, options, (error, found, family) => {
      if (error) return callback(error, found, family);
      const addresses: readonly Pick<LookupAddress, 'address'>[] =
        typeof found === 'string' ? [{ address: found }] : found;
      const bad = addresses.find(({ address }) => !isPublicAddress(address));
      return bad ? callback(notPublic(hostname, bad.address), found, family) : callback(null, found, family);
    });
  };
}

function notPublic(host: string, address: string): AttemptFailure {
  const place = host === address ? address : `${host} leads to ${address}, which`;
  return refused(`${place} is not a public address`);
}

function refused(message: string): AttemptFailure {
  return new AttemptFailure('refused_address', message);
}
