import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemRandom } from '#crypto/random.js';
import { ocspAnswer, type OcspParts } from '../../../../test/support/ocsp-responder.js';
import { intermediate, x509With } from '../../../../test/support/x509-issuer.js';
import { readX509, type X509 } from '../domain/x509-certificate.js';
import { askResponder } from './ocsp-client.js';

const now = Date.UTC(2026, 10, 17, 4);
const root = intermediate(now, 'self');
const link = {
  subject: readX509(x509With(now, root, {}).certificate) as X509,
  issuer: readX509(root.certificate) as X509,
};

describe('a question to a responder', () => {
  let server: Server;
  let url: string;
  let answer: RequestListener;
  let failures: string[];

  beforeAll(async () => {
    server = createServer((request, response) => answer(request, response));
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/ocsp`;
  });
  afterAll(() => new Promise((closed) => server.close(closed)));
  beforeEach(() => (failures = []));

  const ask = askResponder({
    random: systemRandom,
    nowMillis: () => now,
    fetch,
    failed: (reason) => failures.push(reason),
  });
  const answering =
    (parts: Partial<OcspParts>): RequestListener =>
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        expect(request.headers['content-type']).toBe('application/ocsp-request');
        response.end(ocspAnswer(new Uint8Array(Buffer.concat(chunks)), root, { nowMillis: now, ...parts }));
      });
    };

  it('is answered good or revoked', async () => {
    answer = answering({});
    expect(await ask(link, url)).toBe('good');
    answer = answering({ status: 'revoked' });
    expect([await ask(link, url), failures]).toEqual(['revoked', []]);
  });

  it.each<[string, () => RequestListener, string]>([
    ['its answer does not count', () => answering({ nonce: 'none' }), 'ocsp-nonce'],
    ['it says another status', () => (_, response) => void response.writeHead(500).end(), 'ocsp-no-answer'],
    [
      'it sends us elsewhere',
      () => (_, response) => void response.writeHead(307, { location: url }).end(),
      'ocsp-no-answer',
    ],
    ['it says too much', () => (_, response) => void response.end(Buffer.alloc(20_000)), 'ocsp-no-answer'],
    ['it breaks off', () => (_, response) => void response.socket?.destroy(), 'ocsp-no-answer'],
  ])('has no status when %s, and the log knows why', async (_, listener, reason) => {
    answer = listener();
    expect([await ask(link, url), failures]).toEqual([undefined, [reason]]);
  });

  it('has no status when nobody listens', async () => {
    expect(await ask(link, 'http://127.0.0.1:1/')).toBeUndefined();
  });

  it('uses a nonce once', async () => {
    const asked: string[] = [];
    answer = (request, response) => {
      request.on('data', (chunk: Buffer) => asked.push(chunk.toString('hex')));
      request.on('end', () => response.writeHead(500).end());
    };
    await ask(link, url);
    await ask(link, url);
    expect(new Set(asked).size).toBe(2);
  });
});
