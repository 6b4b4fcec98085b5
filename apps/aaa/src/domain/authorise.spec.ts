import { isRefused, refused } from '#credentials/refusal.js';
import { hmacSm3, sm3 } from '#crypto/sm3.js';
import { proofInputOfHash, type AuthoriseEnrolment } from '#edges/aaa-eca/authorise.js';
import { intermediate, provesByX509, x509With } from '../../../../test/support/x509-issuer.js';
import { authorise, type AuthoriseNeeds, type ProvenDevice, type Registry } from './authorise.js';
import { readX509, type X509 } from './x509-certificate.js';

const now = Date.UTC(2026, 10, 17, 4);
const secret = new Uint8Array(16).fill(5);
const deviceId = new Uint8Array(16).fill(1);
const subjectId = new Uint8Array(16).fill(2);
const root = intermediate(now, 'self');
const ecaId = new Uint8Array(8);
const sealed = Uint8Array.of(1, 2, 3);
const requestHash = sm3(sealed);

describe('the authorisation of an enrolment', () => {
  let claimed: ProvenDevice[];
  let needs: AuthoriseNeeds;

  beforeEach(() => {
    claimed = [];
    const registry: Registry = {
      findSerial: async (serial) => (serial === 'A-1' ? { deviceId, secret } : undefined),
      issuers: async () => [{ issuerId: sm3(root.certificate), x509: readX509(root.certificate) as X509 }],
      isAnyRevoked: async () => false,
      ensureSubject: async () => subjectId,
      ofKey: async () => undefined,
      suspendOfKey: async () => false,
      useToken: async () => true,
      async claim(device, _request, judge) {
        claimed.push(device);
        return judge(
          {
            deviceId: device.deviceId,
            state: 'registered',
            releases: 1,
            allowedAids: [111],
            country: 156,
            rights: undefined,
          },
          [],
        );
      },
    };
    needs = { registry, nowMillis: () => now, askStatus: async () => undefined, mayAsk: () => true, validForHours: 24 };
  });

  const request = (proof: AuthoriseEnrolment['proof']): AuthoriseEnrolment => ({
    requestHash,
    verificationKey: new Uint8Array(33).fill(2),
    requestedAids: [111],
    proof,
  });
  const bySerial = (serial: string, key: Uint8Array) =>
    request({ kind: 'serial', value: { serial, mac: hmacSm3(key, proofInputOfHash(requestHash)) } });

  it('EN1 refuses a serial that is not registered, before anything is claimed', async () => {
    expect(await authorise(bySerial('A-2', secret), ecaId, needs)).toEqual(refused('unknown-device'));
    expect(claimed).toEqual([]);
  });

  it('EN4 refuses a serial that is named and not proven', async () => {
    expect(await authorise(bySerial('A-1', new Uint8Array(16)), ecaId, needs)).toEqual(refused('wrong-proof'));
    expect(claimed).toEqual([]);
  });

  it('EN4 refuses a certificate that is shown by someone without its key', async () => {
    const device = x509With(now, root, {});
    const thief = provesByX509({ certificate: device.certificate, privateKey: root.privateKey });
    expect(await authorise(request(await thief(sealed)), ecaId, needs)).toEqual(refused('wrong-proof'));
    expect(claimed).toEqual([]);
  });

  it('EN4 refuses a proof over another request', async () => {
    const proof = await provesByX509(x509With(now, root, {}))(Uint8Array.of(9));
    expect(await authorise(request(proof), ecaId, needs)).toEqual(refused('wrong-proof'));
  });

  it('refuses a certificate of an unknown issuer', async () => {
    const other = intermediate(now, 'self', { commonName: 'another' });
    const proof = await provesByX509(x509With(now, other, {}))(sealed);
    expect(await authorise(request(proof), ecaId, needs)).toEqual(refused('x509-issuer-unknown'));
  });

  it.each([
    ['a B-TID that comes too often', 'b2s=@bsf.example', false, 'asked-too-often', 0],
    ['what is no B-TID', 'b2s= @bsf.example', true, 'wrong-proof', 0],
    ['a B-TID without a BSF', 'b2s=', true, 'wrong-proof', 0],
    ['a B-TID', 'b2s=@bsf.example', true, 'wrong-proof', 1],
  ])('answers to %s, and asks the BSF only after the cheap checks', async (_, btid, mayAsk, reason, questions) => {
    let asked = 0;
    const askBsf = async () => (asked++, 'unknown' as const);
    const proof = request({ kind: 'gba', value: { btid, mac: new Uint8Array(32) } });
    expect(await authorise(proof, ecaId, { ...needs, askBsf, mayAsk: () => mayAsk })).toEqual(refused(reason));
    expect(asked).toBe(questions);
  });

  it('asks no responder about a certificate that comes too often', async () => {
    let asked = 0;
    const askStatus = async () => (asked++, undefined);
    const proof = request(await provesByX509(x509With(now, root, {}))(sealed));
    const refusal = await authorise(proof, ecaId, { ...needs, askStatus, mayAsk: () => false });
    expect([refusal, asked]).toEqual([refused('asked-too-often'), 0]);
  });

  it('passes on what the record says', async () => {
    const greedy = { ...bySerial('A-1', secret), requestedAids: [112] };
    expect(await authorise(greedy, ecaId, needs)).toEqual(refused('aids-outside-profile'));
  });

  it('allows a proven serial and a proven certificate', async () => {
    const allowed = await authorise(bySerial('A-1', secret), ecaId, needs);
    expect(allowed).toEqual({
      deviceId,
      allowedAids: [111],
      country: 156,
      validForHours: 24,
      sspRanges: [],
      region: undefined,
    });
    const proof = await provesByX509(x509With(now, root, {}))(sealed);
    expect(isRefused(await authorise(request(proof), ecaId, needs))).toBe(false);
    expect(claimed).toEqual([
      { table: 'device', deviceId },
      { table: 'x509_subject', deviceId: subjectId },
    ]);
  });
});
