/** Lists for everybody: CRLs, trust lists, chain files, and their status. */
import { createHash } from 'node:crypto';
import { encode } from '#coer/codec.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { certificateHash, hashedId10, hashedId8 } from '#credentials/certificate-facts.js';
import { buildLinkedCrl, signCrl, type LinkedEntry } from '#credentials/linked-crl.js';
import { decodeSecured } from '#credentials/signed-data.js';
import { spanOf } from '#credentials/period.js';
import { signPkiCtl, signRootCtl } from '#credentials/trust-lists.js';
import type { CrlContents } from '#wire/crl.js';
import {
  FULL_IEEE_CTL,
  FullIeeeTbsCtl,
  SequenceOfCertificate,
  type MultiSignedCtl,
  type ToBeSignedCtlSignature,
} from '#wire/dot2dot1/cert-management.js';
import { time32FromMillis } from '#wire/time.js';
import { PkiCtl, RootCtl } from '#wire/trust-lists.js';
import { chainOf, type House, type Member, type MemberName } from './house.js';
import { certificatesOf, type Made } from './made.js';
import { plainSpdu, signedSpdu } from './pdus.js';

const DAY_MILLIS = 86_400_000;
const LISTS_VALID_DAYS = 30;
/** Certificates of a device in a period (YD/T 3957-2021 7.3). */
const J_MAX = 20;

/** How many strangers stand on the lists beside the one that has a name here. */
const STRANGERS = 2;

const members = (house: House, names: readonly MemberName[]): Promise<Member[]> =>
  Promise.all(names.map((name) => house.member(name)));
const nextMillis = ({ atMillis }: House): number => atMillis + LISTS_VALID_DAYS * DAY_MILLIS;

// ---- CRLs -----------------------------------------------------------------------------------------------------------

async function signedCrl(house: House, contents: CrlContents): Promise<Made> {
  const by = await house.member('cra');
  return { bytes: await signCrl(contents, by, house.profile), by };
}

/** Revokes the device of `pc-revoked`, and strangers, by their linkage seeds. */
async function linkedContents(house: House): Promise<CrlContents> {
  const random = house.dice('strangers on the CRL by linkage seed');
  const { i } = house;
  const known = house.linkageChain('pc-revoked');
  const entries = Array.from({ length: 1 + STRANGERS }, (_, n): LinkedEntry => {
    const seeds = n === 0 ? known : { ...known, seed1: random.bytes(16), seed2: random.bytes(16) };
    return { ...seeds, iRev: i, iMax: i + 52, jMax: J_MAX };
  });
  return buildLinkedCrl({
    craca: (await house.member('cra')).certificate,
    series: CRL_SERIES,
    entries,
    iRev: i,
    indexWithinI: 0,
    issueMillis: house.atMillis,
    nextMillis: nextMillis(house),
  });
}

export const linkedCrl = async (house: House): Promise<Made> => signedCrl(house, await linkedContents(house));

/** One stranger more than the full list has. */
export async function linkedDelta(house: House): Promise<Made> {
  const random = house.dice('a stranger on the delta CRL');
  const full = await linkedContents(house);
  const revocation = { 'linkage-seed1': random.bytes(16), 'linkage-seed2': random.bytes(16) };
  const { la1Id, la2Id } = house.linkageChain('pc-revoked');
  const individual = [
    { jmax: J_MAX, contents: [{ la1Id, la2Id, contents: [{ iMax: house.i + 52, contents: [revocation] }] }] },
  ];
  const value = { iRev: house.i, indexWithinI: 1, individual };
  return signedCrl(house, { ...full, typeSpecific: { kind: 'deltaLinkedCrl', value } });
}

/** Revokes the certificate of `pc-revoked` alone, and strangers, by their hashes. */
export async function hashCrl(house: House, kind: 'fullHashCrl' | 'deltaHashCrl'): Promise<Made> {
  const random = house.dice(`strangers on the CRL by hash, ${kind}`);
  const { certificate } = await house.member('pc-revoked');
  const { endMillis } = spanOf(certificate.value.toBeSigned.value.validityPeriod);
  const expiry = time32FromMillis(endMillis);
  const known = kind === 'fullHashCrl' ? [{ id: hashedId10(certificate), expiry }] : [];
  const strangers = Array.from({ length: STRANGERS }, () => ({ id: random.bytes(10), expiry }));
  // In the order of the identifiers, which tells nothing of who was revoked when.
  const entries = [...known, ...strangers].sort((a, b) => Buffer.compare(a.id, b.id));
  const value = { crlSerial: kind === 'fullHashCrl' ? 1 : 2, entries };
  return signedCrl(house, { ...(await linkedContents(house)), typeSpecific: { kind, value } });
}

// ---- trust lists of YD/T 3957 -----------------------------------------------------------------------------------------

export async function trcl(house: House): Promise<Made> {
  const [by, root] = (await members(house, ['trcla', 'root'])) as [Member, Member];
  const list = await signRootCtl(
    {
      series: 1,
      issueDate: house.time32,
      nextRootCtl: time32FromMillis(nextMillis(house)),
      pkiCtlInfoList: [{ rootCertificate: root.certificate, caListUrl: 'http://root.sample.example/tdcl.coer' }],
    },
    by,
  );
  return { bytes: encode(RootCtl, list), by };
}

const LISTED: readonly MemberName[] = ['ica', 'eca', 'pra', 'pca', 'ara', 'aca', 'la', 'la2', 'ma', 'cra', 'aaa'];

export async function tdcl(house: House): Promise<Made> {
  const by = await house.member('root');
  const list = await signPkiCtl(
    {
      series: 1,
      issueDate: house.time32,
      nextPkiCtl: time32FromMillis(nextMillis(house)),
      pkiCertInfoList: [
        {
          certificate: certificatesOf(await members(house, LISTED)),
          crlUrl: 'http://cra.sample.example/crl.coer',
          maUrl: 'http://ma.sample.example/report',
        },
      ],
    },
    by,
  );
  return { bytes: encode(PkiCtl, list), by };
}

// ---- the trust list of IEEE 1609.2.1 ------------------------------------------------------------------------------------

const CTL_SERIES_ID = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00);
const CTL_SEQUENCE_NUMBER = 1;
const sha384 = (bytes: Uint8Array): Uint8Array => new Uint8Array(createHash('sha384').update(bytes).digest());

async function tbsCtl(house: House): Promise<Uint8Array> {
  const [elector, root] = (await members(house, ['elector', 'root'])) as [Member, Member];
  return encode(FullIeeeTbsCtl, {
    type: FULL_IEEE_CTL,
    ctlSeriesId: CTL_SERIES_ID,
    sequenceNumber: CTL_SEQUENCE_NUMBER,
    effectiveDate: house.time32,
    // 48 bytes are asked for, and SM3 has 32: the elector of SM2 stands here with the hash of P-384.
    electorApprove: [sha384(elector.certificate.bytes)],
    electorRemove: [],
    rootCaApprove: [certificateHash(root.certificate)],
    rootCaRemove: [],
    quorum: 1,
  });
}

/** What the elector signs, with SHA-384 as the hash of the list for the reason above. */
export async function ctlSignature(house: House): Promise<Made> {
  const by = await house.member('elector');
  const value: ToBeSignedCtlSignature = {
    ctlSeriesId: CTL_SERIES_ID,
    ctlType: FULL_IEEE_CTL,
    sequenceNumber: CTL_SEQUENCE_NUMBER,
    tbsCtlHash: sha384(await tbsCtl(house)),
  };
  return { bytes: await signedSpdu(house, { kind: 'cert', value: { kind: 'tbsCtlSignature', value } }, by), by };
}

export async function ctl(house: House): Promise<Made> {
  const { bytes: signature, by } = await ctlSignature(house);
  const value: MultiSignedCtl = {
    type: FULL_IEEE_CTL,
    tbsCtl: await tbsCtl(house),
    unsigned: encode(SequenceOfCertificate, certificatesOf(await members(house, ['elector', 'root']))),
    signatures: [decodeSecured(signature)],
  };
  return { bytes: plainSpdu(house, { kind: 'cert', value: { kind: 'multiSignedCtl', value } }), by };
}

// ---- files of several -----------------------------------------------------------------------------------------------------

/** The CRLs by linkage seed and by hash; in the IEEE profile the trust list too. */
export async function compositeCrl(house: House): Promise<Made> {
  const made = [await linkedCrl(house), await hashCrl(house, 'fullHashCrl')];
  const crl = made.map(({ bytes }) => decodeSecured(bytes));
  const by = await house.member('cra');
  if (house.profile.name === 'ccsa')
    return { bytes: plainSpdu(house, { kind: 'cert', value: { kind: 'compositeCrl', value: { crl } } }), by };
  const homeCtl = decodeSecured((await ctl(house)).bytes);
  return { bytes: plainSpdu(house, { kind: 'cert', value: { kind: 'compositeCrl', value: { crl, homeCtl } } }), by };
}

/** From the PCA to the root; in the IEEE profile the trust list too. */
export async function certificateChain(house: House): Promise<Made> {
  const by = await house.member('pca');
  const others = certificatesOf(chainOf(by));
  if (house.profile.name === 'ccsa')
    return { bytes: plainSpdu(house, { kind: 'cert', value: { kind: 'certificateChain', value: { others } } }), by };
  const homeCtl = decodeSecured((await ctl(house)).bytes);
  const value = { homeCtl, others };
  return { bytes: plainSpdu(house, { kind: 'cert', value: { kind: 'certificateChain', value } }), by };
}

/** When the RA last had each file renewed. */
export async function infoStatus(house: House): Promise<Made> {
  const [by, cra] = (await members(house, ['pra', 'cra'])) as [Member, Member];
  const { time32 } = house;
  const value = {
    crl: [{ cracaId: hashedId8(cra.certificate), series: CRL_SERIES, issueDate: time32 }],
    ctl: [{ ctlSeriesId: CTL_SERIES_ID, sequenceNumber: CTL_SEQUENCE_NUMBER, lastUpdate: time32 }],
    caCcf: time32,
    ma: [{ psids: [house.profile.aid.bsm], updated: time32 }],
    ra: time32,
  };
  return { bytes: await signedSpdu(house, { kind: 'cert', value: { kind: 'infoStatus', value } }, by), by };
}
