/** GB/T 45315-2025 7.4; VM5, VM6, VM7: who signs, for how long, and what changes with it. */
import { systemRandom } from '#crypto/random.js';
import { WEEK_MILLIS } from '#credentials/period.js';
import { asSignedData, onlyCertificate } from '#credentials/signed-data.js';
import { certificateHash, idKey } from '#credentials/certificate-facts.js';
import { pseudonym } from '#credentials/spdu.fixture.js';
import { authorityBench, type Bench } from '../../../test/support/authority-bench.js';
import {
  DEFAULT_ROTATION,
  PseudonymSigner,
  type HeldPseudonym,
  type MessageIdentity,
  type Rotation,
} from './signing.js';

let bench: Bench;
let held: HeldPseudonym[];
/** Which certificate is chosen is looked at here, not what the signature says. */
const keys = { sign: () => Promise.resolve(new Uint8Array(64)) };
const now = (): number => bench.clock.nowMillis();

beforeAll(async () => {
  bench = await authorityBench();
  const [pca, cra] = [bench.member('a-pca').signer, bench.member('a-cra').certificate];
  held = await Promise.all(
    Array.from({ length: 20 }, async (_, j) => ({
      certificate: (await pseudonym(pca, cra, now())).certificate,
      label: `pseudonym-${String(j)}`,
    })),
  );
});

function signerWith(rotation?: Rotation): PseudonymSigner {
  const signer = new PseudonymSigner(keys, systemRandom, rotation);
  signer.hold(held);
  return signer;
}

interface Sent extends MessageIdentity {
  readonly named: string;
  readonly certificate: string;
}

async function send(
  signer: PseudonymSigner,
  atMillis: number,
  event = false,
  more: { drivenMetres?: number; asks?: readonly Uint8Array[] } = {},
): Promise<Sent> {
  let identity: MessageIdentity | undefined;
  const make = (one: MessageIdentity): Uint8Array => {
    identity = one;
    return new Uint8Array(40);
  };
  const signed = await signer.sign({ make, aid: 111, nowMillis: atMillis, event, ...more });
  if (signed.kind === 'refused' || identity === undefined) throw new Error('not signed');
  const { signer: wire } = asSignedData(signed.bytes) ?? {};
  expect(wire?.kind).toBe(signed.named);
  if (wire && signed.named === 'certificate')
    expect(onlyCertificate(wire)?.bytes).toEqual(new Uint8Array(signed.certificate.bytes));
  return { ...identity, named: signed.named, certificate: idKey(certificateHash(signed.certificate)) };
}

it('sends the full certificate first, then each 450 ms or with an event, else the digest', async () => {
  const signer = signerWith();
  const at = [0, 100, 200, 300, 400, 449, 450, 500, 899, 900];
  const named: string[] = [];
  for (const millis of at) named.push((await send(signer, now() + millis)).named);
  const full = at.filter((_, index) => named[index] === 'certificate');
  expect(full).toEqual([0, 450, 900]);
  expect((await send(signer, now() + 910, true)).named).toBe('certificate');
  expect((await send(signer, now() + 920)).named).toBe('digest');
});

it('counts messages and keeps one temporary id while the pseudonym lasts', async () => {
  const signer = signerWith();
  const sent: Sent[] = [];
  for (let k = 0; k < 130; k++) sent.push(await send(signer, now() + k));
  expect(new Set(sent.map(({ temporaryId }) => idKey(temporaryId))).size).toBe(1);
  expect(sent.every(({ msgCnt }, k) => k === 0 || msgCnt === ((sent[k - 1] as Sent).msgCnt + 1) % 128)).toBe(true);
  expect(sent.map(({ isFirst }) => isFirst).filter(Boolean)).toHaveLength(1);
});

it('VM5: changes everything with the pseudonym, and names the new one in full', async () => {
  const signer = signerWith();
  const before = await send(signer, now());
  signer.change();
  const after = await send(signer, now() + 100);
  expect(after.certificate).not.toBe(before.certificate);
  expect(after.temporaryId).not.toEqual(before.temporaryId);
  expect(after).toMatchObject({ named: 'certificate', isFirst: true });
});

it('VM6: no pseudonym is used for more than 300 s, and nobody can tell when it ends', async () => {
  const uses = new Set<number>();
  for (let run = 0; run < 6; run++) {
    const signer = signerWith();
    const first = await send(signer, now());
    expect((await send(signer, now() + 179_000)).certificate).toBe(first.certificate);
    let seconds = 180;
    while ((await send(signer, now() + seconds * 1000)).certificate === first.certificate) seconds++;
    expect(seconds).toBeLessThanOrEqual(300);
    uses.add(seconds);
  }
  expect(uses.size).toBeGreaterThan(3);
});

it('VM6: goes on past its end while an event lasts, and no longer', async () => {
  const signer = signerWith();
  const first = await send(signer, now());
  expect((await send(signer, now() + 301_000, true)).certificate).toBe(first.certificate);
  expect((await send(signer, now() + 400_000, true)).certificate).toBe(first.certificate);
  expect((await send(signer, now() + 400_100)).certificate).not.toBe(first.certificate);
});

it('VM6: goes on past its end over a short way, where that is asked for', async () => {
  const signer = signerWith({ ...DEFAULT_ROTATION, shortestMetres: 2100 });
  const sentAt = async (seconds: number, drivenMetres?: number): Promise<string> =>
    (await send(signer, now() + seconds * 1000, false, drivenMetres === undefined ? {} : { drivenMetres })).certificate;
  const first = await sentAt(0, 500);
  expect(await sentAt(301, 2599)).toBe(first);
  const second = await sentAt(302, 2600);
  expect(second).not.toBe(first);
  // Who does not say how far it drove is not waited for.
  expect(await sentAt(700)).not.toBe(second);
  const plain = signerWith();
  const before = await send(plain, now(), false, { drivenMetres: 0 });
  expect((await send(plain, now() + 301_000, false, { drivenMetres: 1 })).certificate).not.toBe(before.certificate);
});

it('VM6: an event does not keep what was to be changed at once', async () => {
  const signer = signerWith();
  const first = await send(signer, now());
  signer.change();
  expect((await send(signer, now() + 1, true)).certificate).not.toBe(first.certificate);
});

it('names itself in full once when it was asked for', async () => {
  const signer = signerWith();
  await send(signer, now());
  signer.nameInFull();
  expect((await send(signer, now() + 100)).named).toBe('certificate');
  expect((await send(signer, now() + 200)).named).toBe('digest');
});

it('asks for certificates in the header, and says nothing of them otherwise', async () => {
  const signer = signerWith();
  const header = async (asks: readonly Uint8Array[]) => {
    const make = (): Uint8Array => new Uint8Array(1);
    const signed = await signer.sign({ make, aid: 111, nowMillis: now(), asks });
    return signed.kind === 'signed' ? asSignedData(signed.bytes)?.tbsData.value.headerInfo : undefined;
  };
  expect((await header([Uint8Array.of(1, 2, 3)]))?.inlineP2pcdRequest).toEqual([Uint8Array.of(1, 2, 3)]);
  expect(await header([])).not.toHaveProperty('inlineP2pcdRequest');
});

it('VM6: takes the twenty by chance, each once before any comes again', async () => {
  const orders = new Set<string>();
  for (let run = 0; run < 3; run++) {
    const signer = signerWith();
    const order: string[] = [];
    for (let k = 0; k < 40; k++) {
      order.push((await send(signer, now() + k)).certificate);
      signer.change();
    }
    expect(new Set(order.slice(0, 20)).size).toBe(20);
    expect(order.every((one, k) => one !== order[k - 1])).toBe(true);
    orders.add(order.join());
  }
  expect(orders.size).toBe(3);
});

it('VM7: signs with one pseudonym at a time, reports included', async () => {
  const signer = signerWith();
  const sent = await send(signer, now());
  const by = signer.signer(now() + 1);
  expect('certificate' in by && idKey(certificateHash(by.certificate))).toBe(sent.certificate);
});

it('refuses to sign with a pseudonym of another week, and with none', async () => {
  const signer = signerWith();
  const make = (): Uint8Array => new Uint8Array(1);
  const later = await signer.sign({ make, aid: 111, nowMillis: now() + WEEK_MILLIS });
  expect(later).toEqual({ kind: 'refused', reason: 'no-valid-pseudonym' });
  expect(new PseudonymSigner(keys, systemRandom).signer(now())).toMatchObject({ kind: 'refused' });
});

it('goes on with the only pseudonym there is', async () => {
  const signer = new PseudonymSigner(keys, systemRandom);
  signer.hold(held.slice(0, 1));
  const before = await send(signer, now());
  signer.change();
  expect((await send(signer, now() + 1)).certificate).toBe(before.certificate);
});
