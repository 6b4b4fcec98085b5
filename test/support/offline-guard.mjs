/**
 * Loaded before a program that must be offline: whatever would open a socket, in or out, ends the process with a sentence.
 * With PROVE_GUARD set it tries each door itself and says which one was shut, to show that the guard works.
 */
import dgram from 'node:dgram';
import dns from 'node:dns';
import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import net from 'node:net';
import tls from 'node:tls';
import { syncBuiltinESMExports } from 'node:module';

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
