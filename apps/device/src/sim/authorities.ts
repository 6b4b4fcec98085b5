/**
 * The authorities of one domain in memory, for a road that needs real certificates and no databases: certificates, lists and
 * the CRL are made by the functions that the authorities themselves use (libs/credentials: authorityTbs, issueSelfSigned,
 * issueCertificate with its lint, signRootCtl, signPkiCtl, signCrl; libs/crypto: butterfly keys, linkage values). What is
 * left out is what lies between: requests, lines, shuffling and stores.
 */
import { encode } from '#coer/codec.js';
import { authorityTbs, CHINA, CRL_SERIES, type AuthorityKind } from '#credentials/authority-certificate.js';
import { hashedId3, hashedId8, idKey } from '#credentials/certificate-facts.js';
import { issueCertificate, issueSelfSigned } from '#credentials/issue-certificate.js';
import { sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { buildLinkedCrl, RevocationStore, signCrl } from '#credentials/linked-crl.js';
import { periodAt, periodValidity } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { signPkiCtl, signRootCtl } from '#credentials/trust-lists.js';
import { TrustStore } from '#credentials/trust-store.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import { blindCocoonKey, cocoonPrivateKey, rebuildPrivateKey } from '#crypto/butterfly.js';
import { linkageValues } from '#crypto/linkage.js';
import type { Random } from '#crypto/random.js';
import { newSm2PrivateKey, sm2PublicKey, sm2SignerFor } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import type { GeographicRegion, PsidSsp } from '#wire/base-types.js';
import type { ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';

const DAY_MILLIS = 86_400_000;
const LINKAGE_VALUE_BYTES = 9;

export interface Domain {
  /** Fresh, with this domain's lists. */
  trust(verify: VerifySignature): TrustStore;
  /** Fresh, with this domain's empty CRL. */
  revocation(trust: TrustStore, verify: VerifySignature): RevocationStore;
  /** So many pseudonyms of one new device in the period of the moment. */
  pseudonyms(count: number): Promise<Signer[]>;
  /** An application or identity certificate of a new key. */
  unit(permissions: readonly PsidSsp[], region: GeographicRegion | undefined): Promise<Signer>;
}

/** The domain at `atMillis`; it is everybody's, or, for an attacker, on nobody's list. */
export async function createDomain(random: Random, atMillis: number): Promise<Domain> {
  const trcla = await authority(random, atMillis, 'trcla', 'self');
  const root = await authority(random, atMillis, 'root', 'self');
  const ica = await authority(random, atMillis, 'ica', root);
  const [pca, aca, cra] = [
    await authority(random, atMillis, 'pca', ica),
    await authority(random, atMillis, 'aca', ica),
    await authority(random, atMillis, 'cra', ica),
  ];
  const issueDate = time32FromMillis(atMillis - 60_000);
  const until = time32FromMillis(atMillis + 365 * DAY_MILLIS);
  const trcl = encode(
    RootCtl,
    await signRootCtl(
      {
        series: 1,
        issueDate,
        nextRootCtl: until,
        pkiCtlInfoList: [{ rootCertificate: root.certificate, caListUrl: 'http://127.0.0.1/ydt/v1/tdcl' }],
      },
      trcla,
    ),
  );
  const certificate = [ica, pca, aca, cra].map((member) => member.certificate);
  const tdcl = encode(
    PkiCtl,
    await signPkiCtl({ series: 1, issueDate, nextPkiCtl: until, pkiCertInfoList: [{ certificate }] }, root),
  );
  const i = periodAt(ccsa.epochMillis, atMillis);
  const crl = await signCrl(
    buildLinkedCrl({
      craca: cra.certificate,
      series: CRL_SERIES,
      entries: [],
      iRev: i,
      indexWithinI: 0,
      issueMillis: atMillis - 60_000,
      nextMillis: atMillis + 7 * DAY_MILLIS,
    }),
    cra,
    ccsa,
  );
  return {
    trust(verify) {
      const store = new TrustStore(trcla.certificate, verify);
      for (const taken of [store.takeTrcl(trcl, atMillis), store.takeTdcl(tdcl, atMillis)]) {
        if (isRefused(taken)) throw new Error(`a list of the simulated domain was refused: ${taken.reason}`);
      }
      return store;
    },
    revocation(trust, verify) {
      const store = new RevocationStore(trust, ccsa, verify);
      const taken = store.takeCrl(crl, atMillis);
      if (isRefused(taken)) throw new Error(`the CRL of the simulated domain was refused: ${taken.reason}`);
      return store;
    },
    pseudonyms: (count) => pseudonyms({ random, pca, cra, i }, count),
    async unit(permissions, region) {
      const privateKey = newSm2PrivateKey(random);
      const tbs: ToBeSignedCertificate = {
        id: { kind: 'none', value: null },
        cracaId: new Uint8Array(3),
        crlSeries: 0,
        validityPeriod: { start: issueDate, duration: { kind: 'hours', value: 30 * 24 } },
        region: region ?? CHINA_REGION,
        appPermissions: [...permissions],
        verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(sm2PublicKey(privateKey)) },
      };
      return signerOf(privateKey, await issueCertificate(tbs, aca));
    },
  };
}

const CHINA_REGION: GeographicRegion = { kind: 'identifiedRegion', value: [{ kind: 'countryOnly', value: CHINA }] };

/** What a signer is called by who hears it. */
export const nameOf = ({ certificate }: Signer): string => idKey(hashedId8(certificate));

function signerOf(privateKey: Uint8Array, certificate: Signer['certificate']): Signer {
  const sign = sm2SignerFor(privateKey, sm2PublicKey(privateKey));
  return { certificate, sign: (id, message) => Promise.resolve(sign(id, message)) };
}

/** Born as many days ago as it takes that each certificate lies within its issuer's. */
const AGES: Readonly<Partial<Record<AuthorityKind, readonly [days: number, years: number]>>> = {
  trcla: [60, 20],
  root: [60, 18],
  ica: [45, 10],
};

async function authority(
  random: Random,
  atMillis: number,
  kind: AuthorityKind,
  issuer: Signer | 'self',
): Promise<Signer> {
  const [days, years] = AGES[kind] ?? [30, 5];
  const privateKey = newSm2PrivateKey(random);
  const tbs = authorityTbs(
    {
      kind,
      hostname: `${kind}.road.example`,
      verificationKey: sm2PublicKey(privateKey),
      encryptionKey: issuer === 'self' ? undefined : sm2PublicKey(newSm2PrivateKey(random)),
      validity: {
        start: time32FromMillis(atMillis - days * DAY_MILLIS),
        duration: { kind: 'years', value: years },
      },
    },
    ccsa,
  );
  const sign = sm2SignerFor(privateKey, sm2PublicKey(privateKey));
  const certificate =
    issuer === 'self'
      ? await issueSelfSigned(tbs, (id, message) => Promise.resolve(sign(id, message)))
      : await issueCertificate(tbs, issuer);
  return signerOf(privateKey, certificate);
}

/** As device, PRA, LAs and PCA make them together: cocoon keys of one caterpillar, blinded; linkage values of two seeds. */
async function pseudonyms(
  { random, pca, cra, i }: { random: Random; pca: Signer; cra: Signer; i: number },
  count: number,
): Promise<Signer[]> {
  const caterpillar = newSm2PrivateKey(random);
  const expansion = random.bytes(16);
  const chain = {
    la1Id: Uint8Array.of(0, 1),
    seed1: random.bytes(16),
    la2Id: Uint8Array.of(0, 2),
    seed2: random.bytes(16),
  };
  const values = linkageValues(smSuite, [chain], 0, count);
  const made: Signer[] = [];
  for (let j = 0; j < count; j++) {
    const cocoon = cocoonPrivateKey(smSuite, caterpillar, expansion, 'signing', i, j);
    const blinding = newSm2PrivateKey(random);
    const blinded = blindCocoonKey(smSuite, sm2PublicKey(cocoon), blinding);
    const linkageValue = values.slice(j * LINKAGE_VALUE_BYTES, (j + 1) * LINKAGE_VALUE_BYTES);
    const tbs: ToBeSignedCertificate = {
      id: { kind: 'linkageData', value: { iCert: i, 'linkage-value': linkageValue } },
      cracaId: hashedId3(cra.certificate),
      crlSeries: CRL_SERIES,
      validityPeriod: periodValidity(ccsa.epochMillis, i),
      region: CHINA_REGION,
      appPermissions: [{ psid: ccsa.aid.bsm }, { psid: ccsa.aid.misbehaviour }],
      verifyKeyIndicator: { kind: 'verificationKey', value: sm2VerificationKey(blinded) },
    };
    made.push(signerOf(rebuildPrivateKey(smSuite, cocoon, blinding), await issueCertificate(tbs, pca)));
  }
  return made;
}
