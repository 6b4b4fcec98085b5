/**
 * The PCA's answer for one item: AcaEeCertResponse, encrypted to the cocoon key Q, signed by the PCA, in AcaRaCertResponse.
 * Signed(Encrypted(…)): the PRA can neither read nor replace it (PR12).
 */
import { encode } from '#coer/codec.js';
import { preserve } from '#coer/preserved.js';
import { sm3 } from '#crypto/sm3.js';
import type { Profile } from '#credentials/profile.js';
import { sealToKey } from '#credentials/sealing.js';
import { sm2SignatureValue } from '#credentials/keys-on-the-wire.js';
import { PROTOCOL_VERSION, unsecured } from '#credentials/signed-data.js';
import { AcaRaCertResponse, ScmsPdu } from '#wire/scms-pdu.js';
import { ToBeSignedData, V2XSecData, type Certificate } from '#wire/secured-data.js';
import { derivedRandom } from './derived-random.js';
import type { Issuer } from './issuer.js';
import type { Item } from './item.js';

const ITEMS_A_TURN = 32;

export interface Certified {
  readonly item: Item;
  readonly certificate: Certificate;
  /** c, 32 bytes. */
  readonly blinding: Uint8Array;
}

/** An encoded AcaRaCertResponse for each, in their order; the same bytes for the same item and certificate. */
export async function answerAll(
  certified: readonly Certified[],
  issuer: Issuer,
  profile: Profile,
): Promise<Uint8Array[]> {
  const plaintexts = certified.map((one) => answerFor(one, profile));
  const seeds = await issuer.sealingSeeds(
    certified.map(({ item }, n) => ({ itemHash: item.hash, contentHash: sm3(plaintexts[n] as Uint8Array) })),
  );
  const sealed: Uint8Array[] = [];
  for (const [n, { item }] of certified.entries()) {
    const context = { profile, random: derivedRandom(seeds[n] as Uint8Array) };
    sealed.push(sealToKey(plaintexts[n] as Uint8Array, item.encryptionKey, context));
    // Each costs some milliseconds: others are served in between.
    if (sealed.length % ITEMS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  const signed = await signAll(sealed, issuer, profile);
  return certified.map(({ item }, n) => raResponse(item, signed[n] as V2XSecData, profile));
}

/** What the device will read, not sealed yet. */
function answerFor({ item, certificate, blinding }: Certified, profile: Profile): Uint8Array {
  const { generationTime } = item;
  const version = profile.scmsVersion;
  const pdu = encode(ScmsPdu, {
    version,
    content: {
      kind: 'aca-ee',
      value: { kind: 'acaEeCertResponse', value: { version, generationTime, certificate, privateKeyInfo: blinding } },
    },
  });
  return encode(V2XSecData, unsecured(pdu));
}

async function signAll(payloads: readonly Uint8Array[], issuer: Issuer, profile: Profile): Promise<V2XSecData[]> {
  // YD/T 3957-2021: the header of a signed SCMS message holds the AID alone, no generationTime.
  const headerInfo = { psid: profile.aid.management };
  const toSign = payloads.map((bytes) => preserve(ToBeSignedData, { payload: { data: unsecured(bytes) }, headerInfo }));
  const signatures = await issuer.signAll(toSign.map(({ bytes }) => bytes));
  return toSign.map((tbsData, n) => ({
    protocolVersion: PROTOCOL_VERSION,
    content: {
      kind: 'signedData',
      value: {
        hashId: 'sm3',
        tbsData,
        signer: { kind: 'certificate', value: [issuer.certificate] },
        signature: sm2SignatureValue(signatures[n] as Uint8Array),
      },
    },
  }));
}

function raResponse(item: Item, signed: V2XSecData, profile: Profile): Uint8Array {
  return encode(AcaRaCertResponse, {
    version: profile.scmsVersion,
    generationTime: item.generationTime,
    requestHash: item.hash.subarray(24),
    acaResponse: { kind: 'private', value: signed },
  });
}
