/**
 * Loaded before a program that must be offline: whatever would open a socket, in or out, ends the process with a sentence.
 * With PROVE_GUARD set it tries each door itself and says which one was shut, to show that the guard works. With
 * REPORT_SOCKETS set it says at the end how many network sockets the system has open for this process.
 */
import { once } from 'node:events';
import dgram from 'node:dgram';
import dns from 'node:dns';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { syncBuiltinESMExports } from 'node:module';

/** The network sockets that the system has open for this process; the pairs through which a parent hands over stdin are none. */
function openSockets() {
  const networks = ['tcp', 'tcp6', 'udp', 'udp6', 'raw', 'raw6'].flatMap((name) => {
    try {
      return readFileSync(`/proc/self/net/${name}`, 'utf8').split('\n').slice(1);
    } catch {
      return [];
    }
  });
  const known = new Set(networks.map((line) => line.trim().split(/\s+/)[9]));
  return readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      const [, inode] = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/self/fd/${descriptor}`)) ?? [];
      return inode !== undefined && known.has(inode);
    } catch {
      return false;
    }
  });
}
if (process.env.REPORT_SOCKETS !== undefined) {
  process.on('exit', () => process.stderr.write(`sockets at the end: ${openSockets().length}\n`));
  // Opened before the doors are shut, to show that one that is open is seen.
  if (process.env.REPORT_SOCKETS === 'PROVE') await once(net.createServer().listen(0).unref(), 'listening');
}

const shut = (name) => () => {
  process.stderr.write(`the guard met ${name}\n`);
  if (process.env.PROVE_GUARD === undefined) process.exit(86);
  throw new Error(`the guard met ${name}`);
};

const doors = [
  ['net.connect', net, 'connect', () => net.connect(1)],
  ['net.createConnection', net, 'createConnection', () => net.createConnection(1)],
  ['net.Socket.connect', net.Socket.prototype, 'connect', () => new net.Socket().connect(1)],
  ['net.Server.listen', net.Server.prototype, 'listen', () => net.createServer().listen(0)],
  ['tls.connect', tls, 'connect', () => tls.connect(1)],
  ['dgram.createSocket', dgram, 'createSocket', () => dgram.createSocket('udp4')],
  ['dns.lookup', dns, 'lookup', () => dns.lookup('localhost', () => undefined)],
  ['http.request', http, 'request', () => http.request('http://localhost')],
  ['http.get', http, 'get', () => http.get('http://localhost')],
  ['https.request', https, 'request', () => https.request('https://localhost')],
  ['http2.connect', http2, 'connect', () => http2.connect('http://localhost')],
  ['fetch', globalThis, 'fetch', () => fetch('http://localhost')],
];
for (const [name, owner, key] of doors) owner[key] = shut(name);
syncBuiltinESMExports();

if (process.env.PROVE_GUARD !== undefined) {
  for (const [name, , , tryIt] of doors) {
    try {
      tryIt();
      process.stderr.write(`open: ${name}\n`);
    } catch {
      // Shut, as it must be; the guard has said so.
    }
  }
  process.exit(0);
}
