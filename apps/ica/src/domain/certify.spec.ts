import { decode } from '#coer/codec.js';
import { certificateFromBytes, certificateToBytes } from '#credentials/certificate-facts.js';
import { toBeSignedBytes } from '#credentials/issue-certificate.js';
import { ToBeSignedCertificate } from '#wire/secured-data.js';
import { ccsa } from '#credentials/profile.js';
import { authorityTbs } from '#credentials/authority-certificate.js';
import { requestAuthorityCertificate } from '#credentials/authority-request.js';
import { verifyCertificate } from '#credentials/verify-certificate.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { certifyAuthority, type CertifiedStore, type CertifyNeeds, type Intent } from './certify.js';
import { refuse } from './refusal.js';

const as = { kind: 'pca', hostname: 'pca.a.chrysalis.example', validForHours: 1000 } as const;

describe('certifying an authority', () => {
  let bench: Bench;
  let request: Uint8Array;
  let events: string[];

  beforeAll(async () => {
    bench = await authorityBench();
    const { device } = bench.member('a-pca');
    const keys = {
      verificationKey: (await device.publicKey('verification')) as Uint8Array,
      encryptionKey: await device.publicKey('encryption'),
    };
    const nowMillis = bench.clock.nowMillis();
    const validity = { start: time32FromMillis(nowMillis), duration: { kind: 'hours', value: 1 } } as const;
    request = await requestAuthorityCertificate(
      authorityTbs({ ...as, ...keys, validity }, ccsa),
      (id, message) => device.sign('verification', id, message),
      { profile: ccsa, nowMillis },
    );
  });

  beforeEach(() => {
    events = [];
  });

  function needs(store: Partial<CertifiedStore> = {}, changes: Partial<CertifyNeeds> = {}): CertifyNeeds {
    const { certificate, signer } = bench.member('a-ica');
    return {
      store: {
        intend: async (intent: Intent) => (events.push('intended'), intent),
        complete: async (_key, { bytes }) => (events.push('stored'), bytes),
        ...store,
      },
      signerFor: () => ({ certificate, sign: (id, message) => (events.push('signed'), signer.sign(id, message)) }),
      rules: () => ({ profile: ccsa, issuer: certificate, nowMillis: bench.clock.nowMillis(), beginsHoursBefore: 1 }),
      toLog: async ({ bytes }, issuer) => void events.push(`logged ${bytes.length > 0 && issuer === certificate}`),
      certified: (kind) => events.push(`certified ${kind}`),
      notStored: (_error, id) => events.push(`alarm ${id.length}`),
      ...changes,
    };
  }

  it('BI3 does not sign when the intent cannot be stored', async () => {
    const intend = () => Promise.reject(new Error('the disk is full'));
    await expect(certifyAuthority(request, as, needs({ intend }))).rejects.toThrow('the disk is full');
    expect(events).toEqual([]);
  });

  it('does not sign when the store refuses', async () => {
    const outcome = await certifyAuthority(request, as, needs({ intend: async () => refuse('la-id-taken') }));
    expect(outcome).toEqual(refuse('la-id-taken'));
    expect(events).toEqual([]);
  });

  it('BI4 neither stores nor signs what is refused by the rules', async () => {
    expect(await certifyAuthority(request, { ...as, kind: 'root' }, needs())).toEqual(refuse('kind-not-allowed'));
    expect(events).toEqual([]);
  });

  it('BI4 does not sign an intent that breaks a rule, and names the rule', async () => {
    const bent = (intent: Intent): Intent => {
      const tbs = decode(ToBeSignedCertificate, intent.toBeSigned);
      const id = { kind: 'name', value: 'no host name' } as const;
      return { ...intent, toBeSigned: toBeSignedBytes({ ...tbs, id }) };
    };
    const store = { intend: async (intent: Intent) => bent(intent) };
    await expect(certifyAuthority(request, as, needs(store))).rejects.toThrow('not signed: name-is-hostname');
    expect(events).toEqual([]);
  });

  it('hands out nothing that another key than the issuer’s has signed', async () => {
    const { certificate } = bench.member('a-ica');
    const signerFor = () => ({ certificate, sign: bench.member('a-ma').signer.sign });
    await expect(certifyAuthority(request, as, needs({}, { signerFor }))).rejects.toThrow('does not verify');
    expect(events).toEqual(['intended']);
  });

  it('BI8 raises an alarm for what was signed and could not be stored', async () => {
    const complete = () => Promise.reject(new Error('the database is gone'));
    await expect(certifyAuthority(request, as, needs({ complete }))).rejects.toThrow('the database is gone');
    expect(events).toEqual(['intended', 'signed', 'alarm 64']);
  });

  it('BI7 signs the bytes of the intent that was stored first', async () => {
    let first: Intent | undefined;
    await certifyAuthority(request, as, needs({ intend: async (intent) => (first = intent) }));
    bench.clock.advance(60_000);
    const bytes = await certifyAuthority(request, as, needs({ intend: async () => first as Intent }));
    const certificate = certificateFromBytes(bytes as Uint8Array);
    expect(certificate.value.toBeSigned.bytes).toEqual(first?.toBeSigned);
  });

  it('answers the stored certificate without signing again, and tells the log once more', async () => {
    const kept = certificateToBytes(bench.member('a-pca').certificate);
    const intend = async (intent: Intent) => ({ ...intent, certificate: kept });
    expect(await certifyAuthority(request, as, needs({ intend }))).toEqual(kept);
    expect(events).toEqual(['logged true']);
  });

  it('BI1 intends, signs, stores, and then hands out a certificate that verifies', async () => {
    const bytes = await certifyAuthority(request, as, needs());
    expect(events).toEqual(['intended', 'signed', 'stored', 'logged true', 'certified pca']);
    const certificate = certificateFromBytes(bytes as Uint8Array);
    expect(verifyCertificate(certificate, bench.member('a-ica').certificate)).toEqual({ kind: 'checked' });
  });
});
