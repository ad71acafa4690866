import assert from 'node:assert/strict';
import { addressFault } from '../../../activities/outbound/address-rules.ts';

const PUBLIC = ['8.8.8.8', '172.15.255.255', '172.32.0.0', '100.63.255.255', '100.128.0.0', '2606:4700::1111'];
const PRIVATE = [
  '127.0.0.1',
  '127.255.255.254',
  '10.1.2.3',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.0.1',
  '100.64.0.1',
  '100.127.255.255',
  '::1',
  'fc00::1',
  'fdff::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:10.0.0.1',
];
const NEVER = [
  '0.0.0.0',
  '0.1.2.3',
  '169.254.169.254',
  '224.0.0.1',
  '239.255.255.255',
  '255.255.255.255',
  '240.0.0.1',
  '198.18.0.1',
  '::',
  '::7f00:1',
  'fe80::1',
  'fe80::1%eth0',
  'ff02::1',
  '::ffff:169.254.169.254',
  '::ffff:0.0.0.0',
  '64:ff9b::7f00:1',
  '2002:7f00:1::',
  '2001::1',
];

describe('the rules for addresses', () => {
  it('let public addresses pass, the neighbours of private ranges and mapped ones too', () => {
    for (const address of [...PUBLIC, '::ffff:8.8.8.8']) assert.equal(addressFault(address, false), null, address);
  });

  it('let loopback and private addresses pass only where that is allowed', () => {
    for (const address of PRIVATE) {
      assert.match(addressFault(address, false) ?? '', /private address, which needs "allowPrivate": true/, address);
      assert.equal(addressFault(address, true), null, address);
    }
  });

  it('let link-local, multicast, unspecified, reserved and disguised addresses never pass', () => {
    for (const address of NEVER) {
      for (const allowed of [false, true]) assert.match(addressFault(address, allowed) ?? '', /never called/, address);
    }
  });

  it('refuse what is no address', () => {
    for (const text of ['', 'localhost', '127.1', '0x7f000001', '1.2.3.4.5']) {
      assert.match(addressFault(text, true) ?? '', /is no address/, text);
    }
  });
});
