import { encode } from '#coer/codec.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { isRefused, refused } from '#credentials/refusal.js';
import { sealToCertificate } from '#credentials/sealing.js';
import { signData, unsecured } from '#credentials/signed-data.js';
import { recertify, signPkiCtlUnlinted } from '#credentials/chain.fixture.js';
import { time32FromMillis, time64FromMillis } from '#wire/time.js';
import { LineRequest } from './line-messages.js';
import { octets } from '#coer/strings.js';
import { systemRandom } from '#crypto/random.js';
import { sm2EncryptionKey, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { ccsa } from '#credentials/profile.js';
import { memoryDevice } from '#keys/software-device.js';
import { PkiCtl } from '#wire/trust-lists.js';
import { V2XSecData, type Certificate } from '#wire/secured-data.js';
import {
  authorityBench,
  authorityKeys,
  signerOf,
  unwrapWith,
  type Bench,
  type Member,
} from '../../../test/support/authority-bench.js';
import { answerLine, LINE_WINDOW_MILLIS, LineRefusedError, type LineRefusal } from './answer-line.js';
import { callLine } from './call-line.js';
import { defineEdge } from './edge.js';
import { openLine, sealLine } from './line-sealing.js';
import { replayMemory } from './replay-memory.js';
import { LineFailure, type LineHandler } from './transport.js';
import type { LineIdentity, OwnCertificate } from './line-identity.js';

const Word = octets('Word', 4);
const edge = defineEdge({
  name: 'test-line',
  caller: 'pra',
  callee: 'pca',
  operations: { echo: { request: Word, response: Word } },
});
const word = Uint8Array.of(1, 2, 3, 4);

describe('a line between two authorities', () => {
  let bench: Bench;
  let answered: number;
  let handler: LineHandler;
  let pra: LineIdentity;
  let lastMessage: Uint8Array;

  beforeEach(async () => {
    bench = await authorityBench({ domains: ['a', 'b'] });
    answered = 0;
    const pca = await bench.contextFor('a-pca');
    handler = answerLine(
      edge,
      { echo: async (request) => (answered++, request[0] === 9 ? refused('no-nines') : request) },
      { identity: pca.identity, replay: replayMemory(), onFailure: () => undefined },
    );
    bench.switchboard.connect(bench.address('a-pca', edge.name), async (message) => handler((lastMessage = message)));
    pra = (await bench.contextFor('a-pra')).identity;
  });

  const port = (identity: LineIdentity) =>
    callLine(
      edge,
      { address: bench.address('a-pca', edge.name), hostname: 'pca.a.chrysalis.example' },
      identity,
      bench.switchboard,
    );

  async function refusalOf(message: Uint8Array): Promise<LineRefusal> {
    const error = await handler(message).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(LineRefusedError);
    expect(answered).toBe(0);
    return (error as LineRefusedError).reason;
  }

  it('PR9 refuses a plain call', async () => {
    expect(await refusalOf(encode(V2XSecData, unsecured(word)))).toBe('line-not-encrypted-to-us');
  });

  it('PR9 refuses an encrypted call that nobody signed', async () => {
    const pca = bench.member('a-pca').certificate;
    expect(await refusalOf(sealLine(encode(V2XSecData, unsecured(word)), pca, pra))).toBe('line-not-signed');
  });

  it('PR9 refuses a call that was encrypted in another way, or for another', async () => {
    const signed = await signData(word, { psid: 3627 }, pra.signer);
    const [pca, la] = [bench.member('a-pca').certificate, bench.member('a-la1').certificate];
    expect(await refusalOf(sealToCertificate(signed, pca, pra))).toBe('line-not-encrypted-to-us');
    expect(await refusalOf(sealLine(signed, la, pra))).toBe('line-not-encrypted-to-us');
  });

  it('PR8 refuses a caller of another role, however well signed', async () => {
    const ma = await bench.contextFor('a-ma');
    await expect(port(ma.identity).echo(word)).rejects.toThrow(LineRefusedError);
    answered = 0;
    expect(await refusalOf(lastMessage)).toBe('line-caller-wrong-role');
  });

  it('PR8 refuses a caller of another domain', async () => {
    await expect(port((await bench.contextFor('b-pra')).identity).echo(word)).rejects.toThrow(
      'line-caller-other-domain',
    );
  });

  it('refuses a caller who is on no list', async () => {
    const stranger = await authorityBench();
    const alien = { ...pra, signer: stranger.member('a-pra').signer };
    await expect(port(alien).echo(word)).rejects.toThrow('line-caller-not-trusted');
  });

  it('refuses a signature by another key under a listed certificate', async () => {
    const forged = { ...pra, signer: { certificate: pra.signer.certificate, sign: bench.member('a-ma').signer.sign } };
    await expect(port(forged).echo(word)).rejects.toThrow('line-signature');
  });

  it('PR9 refuses a captured call that is sent again', async () => {
    expect(await port(pra).echo(word)).toEqual(word);
    answered = 0;
    expect(await refusalOf(lastMessage)).toBe('line-replayed');
  });

  it('refuses a call that is older than the window', async () => {
    let captured: Uint8Array | undefined;
    bench.switchboard.connect(bench.address('a-pca', edge.name), async (message) => ((captured = message), message));
    await port(pra)
      .echo(word)
      .catch(() => undefined);
    bench.clock.advance(LINE_WINDOW_MILLIS + 1000);
    expect(await refusalOf(captured as Uint8Array)).toBe('line-stale');
  });

  it('refuses a call that was made for another addressee', async () => {
    const other = await bench.contextFor('a-la1');
    let captured: Uint8Array | undefined;
    const everybody = defineEdge({ ...edge, callee: 'la' });
    bench.switchboard.connect('elsewhere', async (message) => ((captured = message), message));
    await callLine(everybody, { address: 'elsewhere', hostname: 'la1.a.chrysalis.example' }, pra, bench.switchboard)
      .echo(word)
      .catch(() => undefined);
    const opened = await openLine(captured as Uint8Array, [other.identity], other.profile);
    expect(await refusalOf(sealLine(opened?.content as Uint8Array, bench.member('a-pca').certificate, pra))).toBe(
      'line-addressed-to-another',
    );
  });

  it('refuses bytes that are no request of this line', async () => {
    const signed = await signData(word, { psid: 3627 }, pra.signer);
    expect(await refusalOf(sealLine(signed, bench.member('a-pca').certificate, pra))).toBe('line-malformed');
  });

  it.each([
    [3628, 'line-malformed'],
    [111, 'line-malformed'],
  ])('refuses a call that was signed for application %i', async (psid, reason) => {
    await port(pra).echo(word);
    answered = 0;
    const call = encode(LineRequest, {
      version: 1,
      line: edge.name,
      operation: 'echo',
      callee: hashedId8(bench.member('a-pca').certificate),
      nonce: new Uint8Array(16),
      generationTime: time64FromMillis(bench.clock.nowMillis()),
      body: word,
    });
    const sealed = async (aid: number): Promise<Uint8Array> =>
      sealLine(await signData(call, { psid: aid }, pra.signer), bench.member('a-pca').certificate, pra);
    expect(await refusalOf(await sealed(psid))).toBe(reason);
    await handler(await sealed(3627));
    expect(answered).toBe(1);
  });

  it('refuses a caller to whom no answer can be sealed, before anything is done', async () => {
    const { certificate, sign } = bench.member('a-pra').signer;
    const mute = await recertify(certificate, bench.member('a-ica').signer, { tbs: { encryptionKey: undefined } });
    const trust = Object.create(pra.trust) as typeof pra.trust;
    const listed = pra.trust.authority(hashedId8(certificate), bench.clock.nowMillis());
    if (isRefused(listed)) throw new Error(listed.reason);
    const pca = await bench.contextFor('a-pca');
    trust.authority = (id8, now) =>
      Buffer.compare(id8, hashedId8(mute)) === 0 ? { ...listed, certificate: mute } : pca.trust.authority(id8, now);
    handler = answerLine(
      edge,
      { echo: async (request) => (answered++, request) },
      { identity: { ...pca.identity, trust }, replay: replayMemory(), onFailure: () => undefined },
    );
    await expect(port({ ...pra, signer: { certificate: mute, sign } }).echo(word)).rejects.toThrow(
      'line-caller-without-encryption-key',
    );
    expect(answered).toBe(0);
  });

  it('takes no answer that belongs to another call', async () => {
    const first = bench.address('a-pca', edge.name);
    let kept: Uint8Array | undefined;
    bench.switchboard.connect(first, async (message) => (kept ??= await handler(message)));
    expect(await port(pra).echo(word)).toEqual(word);
    await expect(port(pra).echo(word)).rejects.toThrow(LineFailure);
  });

  it('carries a refusal of the rules as a value, and an answer as what it is', async () => {
    expect(await port(pra).echo(Uint8Array.of(9, 0, 0, 0))).toEqual(refused('no-nines'));
    const answer = await port(pra).echo(word);
    expect(isRefused(answer)).toBe(false);
    expect(answer).toEqual(word);
  });

  it('calls no authority of another domain that was certified under the name of ours, however new', async () => {
    const { certificate, device } = bench.member('b-pca');
    const { start, duration } = certificate.value.toBeSigned.value.validityPeriod;
    const namesake = await recertify(certificate, bench.member('b-ica').signer, {
      tbs: { id: { kind: 'name', value: 'pca.a.chrysalis.example' }, validityPeriod: { start: start + 1, duration } },
    });
    const certificatesOf = (domain: string, ...more: Certificate[]) => ({
      certificate: [...['ica', 'pra', 'pca'].map((name) => bench.member(`${domain}-${name}`).certificate), ...more],
      crlUrl: 'http://cra.example',
    });
    const now = time32FromMillis(bench.clock.nowMillis());
    const list = await signPkiCtlUnlinted(
      {
        series: 1,
        issueDate: now,
        nextPkiCtl: now + 86_400,
        pkiCertInfoList: [certificatesOf('a'), certificatesOf('b', namesake)],
      },
      bench.root.signer,
    );
    expect(isRefused(pra.trust.takeTdcl(encode(PkiCtl, list), bench.clock.nowMillis()))).toBe(false);
    const named = pra.trust.named('pca.a.chrysalis.example', bench.clock.nowMillis());
    expect(named?.certificate.bytes).toEqual(namesake.bytes);
    expect(await port(pra).echo(word)).toEqual(word);
    expect(
      await openLine(lastMessage, [{ signer: signerOf(namesake, device), unwrap: unwrapWith(device) }], ccsa),
    ).toBe(undefined);
  });

  describe('while a certificate is renewed', () => {
    const HOSTNAME = 'pca.a.chrysalis.example';
    let former: Member;
    let renewed: OwnCertificate;
    let pca: LineIdentity;

    /** A second certificate of a member, with keys of its own. */
    async function renew(member: Member): Promise<OwnCertificate> {
      const device = memoryDevice(systemRandom);
      const { verificationKey, encryptionKey } = await authorityKeys(device);
      const { start, duration } = member.certificate.value.toBeSigned.value.validityPeriod;
      const certificate = await recertify(member.certificate, bench.member('a-ica').signer, {
        tbs: {
          validityPeriod: { start: start + 1, duration },
          verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(verificationKey) },
          encryptionKey: sm2EncryptionKey(encryptionKey),
        },
      });
      return { signer: signerOf(certificate, device), unwrap: unwrapWith(device) };
    }

    /** Everybody's lists have both, and those of the caller say so as well. */
    async function listBoth(own: OwnCertificate, ...identities: LineIdentity[]): Promise<void> {
      const names = ['ica', 'pra', 'pca'].map((name) => bench.member(`a-${name}`).certificate);
      const list = await signPkiCtlUnlinted(
        {
          series: 1,
          issueDate: time32FromMillis(bench.clock.nowMillis()),
          nextPkiCtl: time32FromMillis(bench.clock.nowMillis() + 86_400_000),
          pkiCertInfoList: [{ certificate: [...names, own.signer.certificate], crlUrl: 'http://cra.example' }],
        },
        bench.root.signer,
      );
      for (const { trust } of identities) {
        expect(isRefused(trust.takeTdcl(encode(PkiCtl, list), bench.clock.nowMillis()))).toBe(false);
      }
    }

    const answerAs = (identity: LineIdentity): void => {
      handler = answerLine(
        edge,
        { echo: async (request) => (answered++, request) },
        { identity, replay: replayMemory(), onFailure: () => undefined },
      );
    };

    beforeEach(async () => {
      former = bench.member('a-pca');
      renewed = await renew(former);
      pca = (await bench.contextFor('a-pca')).identity;
    });

    it('the former one answers who has not heard, the new one who has', async () => {
      answerAs({ ...pca, ...renewed, beside: [pca] });
      await listBoth(renewed, pca);
      expect(await port(pra).echo(word)).toEqual(word);
      await listBoth(renewed, pra);
      expect(pra.trust.named(HOSTNAME, bench.clock.nowMillis())?.certificate.bytes).toEqual(
        renewed.signer.certificate.bytes,
      );
      expect(await port(pra).echo(word)).toEqual(word);
    });

    it('one who is called as what he will be answers as that, though the former one still signs', async () => {
      answerAs({ ...pca, beside: [renewed] });
      await listBoth(renewed, pca, pra);
      expect(await port(pra).echo(word)).toEqual(word);
    });

    it('refuses what is for a certificate that is not kept any more', async () => {
      answerAs({ ...pca, ...renewed });
      await listBoth(renewed, pca);
      await expect(port(pra).echo(word)).rejects.toThrow('line-not-encrypted-to-us');
      expect(answered).toBe(0);
    });

    it('refuses a call under one certificate that was sealed for another', async () => {
      const captured = async (to: LineIdentity): Promise<Uint8Array> => {
        let message: Uint8Array | undefined;
        bench.switchboard.connect(bench.address('a-pca', edge.name), async (one) => ((message = one), one));
        await port(pra)
          .echo(word)
          .catch(() => undefined);
        const opened = await openLine(message as Uint8Array, [to], ccsa);
        return opened?.content as Uint8Array;
      };
      const content = await captured(pca);
      answerAs({ ...pca, ...renewed, beside: [pca] });
      await listBoth(renewed, pca);
      expect(await refusalOf(sealLine(content, renewed.signer.certificate, pra))).toBe('line-addressed-to-another');
    });

    it('a caller is heard as either, and each hears its answer', async () => {
      const praMember = bench.member('a-pra');
      const praRenewed = await renew(praMember);
      answerAs(pca);
      await listBoth(praRenewed, pca, pra);
      expect(await port({ ...pra, ...praRenewed, beside: [pra] }).echo(word)).toEqual(word);
      expect(await port({ ...pra, beside: [praRenewed] }).echo(word)).toEqual(word);
    });

    it('refuses a caller whose former certificate has ended', async () => {
      const { certificate, device } = bench.member('a-pra');
      const { start } = certificate.value.toBeSigned.value.validityPeriod;
      // Certified a day before the test, for 25 hours.
      const validityPeriod = { start, duration: { kind: 'hours', value: 25 } } as const;
      const short = await recertify(certificate, bench.member('a-ica').signer, { tbs: { validityPeriod } });
      const ending = { signer: signerOf(short, device), unwrap: unwrapWith(device) };
      answerAs(pca);
      await listBoth(ending, pca, pra);
      expect(await port({ ...pra, ...ending }).echo(word)).toEqual(word);
      bench.clock.advance(3_600_000 + 1000);
      await expect(port({ ...pra, ...ending }).echo(word)).rejects.toThrow('line-caller-not-trusted');
      expect(answered).toBe(1);
    });
  });
});
