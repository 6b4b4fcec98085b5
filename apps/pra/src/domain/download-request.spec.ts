import { isRefused } from '#credentials/refusal.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { headerOf, newDevice, requestContent, sealedTo, signedDownload, signedRequest } from '../device.fixture.js';
import type { TestDevice } from '../device.fixture.js';
import { headerBytes, notAuthorised, readDownload, type ReadDownload } from './download-request.js';
import { openForUs } from './opened.js';

let bench: Bench;
let pra: AuthorityContext;
let device: TestDevice;

beforeAll(async () => {
  bench = await authorityBench();
  pra = await bench.contextFor('a-pra');
  device = await newDevice(bench);
});

const now = (): number => bench.clock.nowMillis();
const reasonOf = (outcome: unknown): unknown => (outcome as { reason?: string } | undefined)?.reason ?? outcome;

async function read(bytes: Promise<Uint8Array>): Promise<ReadDownload> {
  const request = readDownload(await bytes, pra.identity);
  if (isRefused(request)) throw new Error(request.reason);
  return request;
}

describe('the header of a download', () => {
  it.each([[undefined], [''], ['not base64!'], ['='], ['A'.repeat(5000)]])('refuses %p', (header) => {
    expect(reasonOf(headerBytes(header))).toBe('malformed');
  });

  it('is the bytes it was made of', () => {
    expect(headerBytes(headerOf(Uint8Array.of(1, 2, 3)))).toEqual(Uint8Array.of(1, 2, 3));
  });
});

describe('a message to the PRA', () => {
  it('refuses what is no message, plain, or sealed to another', async () => {
    const plain = await signedDownload(device.signer, 'x', now());
    expect(reasonOf(await openForUs(Uint8Array.of(1), pra.identity))).toBe('malformed');
    expect(reasonOf(await openForUs(plain, pra.identity))).toBe('not-encrypted');
    const toAnother = sealedTo(plain, bench.member('a-ma').certificate);
    expect(reasonOf(await openForUs(toAnother, pra.identity))).toBe('not-for-us');
    const sealed = sealedTo(plain, pra.certificate);
    expect(await openForUs(sealed, pra.identity)).toMatchObject({ plaintext: plain });
    sealed[sealed.length - 1] = (sealed[sealed.length - 1] as number) ^ 1;
    expect(reasonOf(await openForUs(sealed, pra.identity))).toBe('not-for-us');
  });
});

describe('a download request', () => {
  it('refuses another message, another AID and an unknown issuer', async () => {
    const other = await signedRequest(requestContent(device, now()), device.signer);
    expect(reasonOf(readDownload(other, pra.identity))).toBe('malformed');
    const aid = await signedDownload(device.signer, 'x', now(), 111);
    expect(reasonOf(readDownload(aid, pra.identity))).toBe('malformed');
    const stranger = await newDevice(bench, { issuer: bench.member('a-ica').signer });
    expect(reasonOf(readDownload(await signedDownload(stranger.signer, 'x', now()), pra.identity))).toBe('ec-chain');
  });

  it('refuses a foreign signature', async () => {
    const other = await newDevice(bench);
    const by = { certificate: device.certificate, sign: other.signer.sign };
    expect(reasonOf(notAuthorised(await read(signedDownload(by, 'x', now())), 'x', now()))).toBe('signature');
  });

  it('PR4 refuses an old one and one from the future', async () => {
    const request = await read(signedDownload(device.signer, 'x', now()));
    expect(reasonOf(notAuthorised(request, 'x', now() + 302_000))).toBe('too-old');
    expect(reasonOf(notAuthorised(request, 'x', now() - 10_000))).toBe('from-the-future');
    expect(notAuthorised(request, 'x', now() + 290_000)).toBeUndefined();
  });

  it('refuses another file than the one signed for', async () => {
    const request = await read(signedDownload(device.signer, 'x', now()));
    expect(reasonOf(notAuthorised(request, 'y', now()))).toBe('filename');
  });
});
