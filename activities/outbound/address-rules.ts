/** Which addresses may be called. Names are judged by what they resolve to, so that no name leads into our own network. */
import { BlockList, isIP } from 'node:net';

/** This machine and networks of one's own: called only where that is allowed on purpose. */
const PRIVATE = blockList([
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  // Carriers' shared address space.
  ['100.64.0.0', 10],
  ['::1', 128],
  ['fc00::', 7],
]);

/** Never called: nobody's, everybody's, the link's (cloud metadata lies there), or another address in disguise. */
const NEVER = blockList([
  ['0.0.0.0', 8],
  ['169.254.0.0', 16],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  // Unspecified, and IPv4 in IPv6's clothes: old notation, translation (NAT64), Teredo, 6to4. Mapped addresses
  // (::ffff:0:0/96) are judged by the rules for IPv4.
  ['::', 96],
  ['::ffff:0:0:0', 96],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 32],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fe80::', 10],
  ['fec0::', 10],
  ['ff00::', 8],
]);

function blockList(subnets: readonly (readonly [string, number])[]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, net.includes(':') ? 'ipv6' : 'ipv4');
  return list;
}

/** Why an IPv4 or IPv6 address may not be called; null where it may. */
export function addressFault(address: string, allowPrivate: boolean): string | null {
  const plain = address.split('%')[0] ?? '';
  const family = isIP(plain);
  if (family === 0) return `${address} is no address`;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  if (PRIVATE.check(plain, type)) {
    return allowPrivate ? null : `${address} is a loopback or private address, which needs "allowPrivate": true`;
  }
  return NEVER.check(plain, type)
    ? `${address} is a link-local, multicast, unspecified or reserved address, which is never called`
    : null;
}
