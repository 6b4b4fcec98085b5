import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl, RootCtl, ToBeSignedPkiCtl, ToBeSignedRootCtl } from '#wire/trust-lists.js';
import { authorityBench, type Bench, type Member } from '../../../test/support/authority-bench.js';
import { hashedId8, issuerIdOf } from './certificate-facts.js';
import { recertify } from './chain.fixture.js';
import { sm2SignatureValue } from './keys-on-the-wire.js';
import { refused } from './refusal.js';
import { signerId } from './sm2-binding.js';
import { signPkiCtl, signRootCtl, verifyPkiCtl, verifyRootCtl } from './trust-lists.js';

const DAY_MILLIS = 86_400_000;

describe.each(['TRCL', 'TDCL'] as const)('a %s', (name) => {
  let bench: Bench;
  let signer: Member;
  let now: number;

  beforeAll(async () => {
    bench = await authorityBench();
    now = bench.clock.nowMillis();
    signer = name === 'TRCL' ? bench.trcla : bench.root;
  });

  interface Bent {
    version?: number;
    issuer?: ToBeSignedRootCtl['issuer'];
    issuedAt?: number;
    until?: number;
    by?: Member;
    id?: Uint8Array;
  }

  /** A list with anything changed, signed as it then is. */
  async function list({ version = 1, issuer, issuedAt = now, until = now + DAY_MILLIS, by = signer, id }: Bent = {}) {
    const head = {
      version,
      issuer: issuer ?? issuerIdOf(signer.certificate),
      series: 1,
      issueDate: time32FromMillis(issuedAt),
    };
    const sign = async (bytes: Uint8Array) =>
      sm2SignatureValue(await by.signer.sign(id ?? signerId(signer.certificate), bytes));
    if (name === 'TRCL') {
      const pkiCtlInfoList = [{ rootCertificate: bench.root.certificate }];
      const toBeSignedRootCtl = preserve(ToBeSignedRootCtl, {
        ...head,
        nextRootCtl: time32FromMillis(until),
        pkiCtlInfoList,
      });
      return encode(RootCtl, { toBeSignedRootCtl, signature: await sign(toBeSignedRootCtl.bytes) });
    }
    const pkiCertInfoList = [{ certificate: [bench.member('a-ica').certificate] }];
    const toBeSignedPkiCtl = preserve(ToBeSignedPkiCtl, {
      ...head,
      nextPkiCtl: time32FromMillis(until),
      pkiCertInfoList,
    });
    return encode(PkiCtl, { toBeSignedPkiCtl, signature: await sign(toBeSignedPkiCtl.bytes) });
  }
  const verify = (bytes: Uint8Array, at = now, under = signer.certificate): unknown =>
    name === 'TRCL' ? verifyRootCtl(bytes, under, at) : verifyPkiCtl(bytes, under, at);

  it('is refused when it is something else, is cut short or goes on', async () => {
    const good = await list();
    for (const bytes of [new Uint8Array(), Uint8Array.of(1, 2, 3), good.subarray(0, -1), Uint8Array.of(...good, 0)])
      expect(verify(bytes)).toEqual(refused('list-malformed'));
  });

  it('is refused in another version', async () => {
    expect(verify(await list({ version: 2 }))).toEqual(refused('list-version'));
  });

  it('TL1 is refused when it names another signer, or names it otherwise', async () => {
    expect(verify(await list({ issuer: issuerIdOf(bench.member('a-ica').certificate) }))).toEqual(
      refused('list-issuer'),
    );
    const sha = { kind: 'sha256AndDigest', value: hashedId8(signer.certificate) } as const;
    expect(verify(await list({ issuer: sha }))).toEqual(refused('list-issuer'));
    expect(verify(await list({ issuer: { kind: 'self', value: 'sm3' } }))).toEqual(refused('list-issuer'));
  });

  it('is refused before its date', async () => {
    const bytes = await list({ issuedAt: now + 1000 });
    expect(verify(bytes)).toEqual(refused('list-from-the-future'));
    expect(verify(bytes, now + 1000)).not.toHaveProperty('reason');
  });

  it('TL2 is refused from the moment of the next update', async () => {
    const bytes = await list({ until: now + DAY_MILLIS });
    expect(verify(bytes, now + DAY_MILLIS)).toEqual(refused('list-expired'));
    expect(verify(bytes, now + DAY_MILLIS - 1)).not.toHaveProperty('reason');
  });

  it('is refused while the certificate of its signer is not valid', async () => {
    const short = { start: time32FromMillis(now), duration: { kind: 'hours', value: 1 } } as const;
    const brief = await recertify(signer.certificate, { self: signer.signer.sign }, { tbs: { validityPeriod: short } });
    const bytes = await list({ issuer: issuerIdOf(brief), id: signerId(brief) });
    expect(verify(bytes, now + 3_600_001, brief)).toEqual(refused('list-issuer-expired'));
    expect(verify(bytes, now, brief)).not.toHaveProperty('reason');
  });

  it('TL1 is refused when another key signed it', async () => {
    expect(verify(await list({ by: bench.member('a-ica') }))).toEqual(refused('list-signature'));
  });

  it('is refused when the signature is bound to another certificate', async () => {
    const id = signerId(bench.member('a-ica').certificate);
    expect(verify(await list({ id }))).toEqual(refused('list-signature'));
    expect(verify(await list({ id: signerId('self') }))).toEqual(refused('list-signature'));
  });

  it('is refused with one turned bit, wherever it is', async () => {
    const good = await list();
    for (let at = 0; at < good.length; at += 7) {
      const bytes = Uint8Array.from(good);
      bytes[at] = (bytes[at] as number) ^ 1;
      expect(verify(bytes)).toHaveProperty('kind', 'refused');
    }
  });

  it('is taken as its signer made it', async () => {
    const head = { series: 3, issueDate: time32FromMillis(now) };
    const until = time32FromMillis(now + DAY_MILLIS);
    if (name === 'TRCL') {
      const pkiCtlInfoList = [{ rootCertificate: bench.root.certificate, caListUrl: 'http://tcmf.example' }];
      const bytes = encode(RootCtl, await signRootCtl({ ...head, nextRootCtl: until, pkiCtlInfoList }, signer.signer));
      expect(verify(bytes)).toMatchObject({ toBeSignedRootCtl: { value: { version: 1, series: 3 } } });
      expect(encode(RootCtl, verify(bytes) as RootCtl)).toEqual(bytes);
    } else {
      const pkiCertInfoList = [{ certificate: [bench.member('a-ica').certificate], crlUrl: 'http://cra.example' }];
      const bytes = encode(PkiCtl, await signPkiCtl({ ...head, nextPkiCtl: until, pkiCertInfoList }, signer.signer));
      expect(verify(bytes)).toMatchObject({ toBeSignedPkiCtl: { value: { version: 1, series: 3 } } });
      expect(encode(PkiCtl, verify(bytes) as PkiCtl)).toEqual(bytes);
    }
  });
});
