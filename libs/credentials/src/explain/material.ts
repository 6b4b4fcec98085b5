/** What other files give to a verification: whom to trust, certificates for chains, and CRLs to look in. */
import { ccsa, ieee, type Profile } from '../profile.js';
import { CertificatePool } from './chain-paths.js';
import { crlOf } from './crl-steps.js';
import { approvedIn } from './explain-ctl.js';
import { explainRootCtl } from './explain-lists.js';
import type { GivenCrl, Question } from './question.js';
import { nameOf } from './step.js';
import { certificatesIn, flattened, type Subject } from './subject.js';

export interface GivenFile {
  /** Its name, for people to read. */
  readonly label: string;
  readonly subject: Subject;
}

export interface GivenFiles {
  readonly trust: readonly GivenFile[];
  readonly chain: readonly GivenFile[];
  readonly crl: readonly GivenFile[];
}

/**
 * The pool and the CRLs of the files. Trusted are: a certificate handed in as trusted; of a file with several the roots; of a
 * CTL handed in as trusted what it approves. Roots on a TRCL, wherever it came from, are trusted when a trusted TRCLA signed
 * it and it is current; and a TRCL handed in as trusted counts as it is where its TRCLA is not at hand.
 */
export function materialOf(
  files: GivenFiles,
  at: { profile: Profile; atMillis: number; isAtGiven: boolean },
): Pick<Question, 'pool' | 'crls'> {
  const pool = new CertificatePool();
  for (const { subject } of [...files.chain, ...files.crl, ...files.trust]) {
    for (const certificate of certificatesIn(subject)) pool.add(certificate);
  }
  for (const file of files.trust) trustFile(file, pool);
  for (const isTrusted of [true, false]) {
    for (const file of isTrusted ? files.trust : files.chain) trustRootsOnLists(file, isTrusted, pool, at);
  }
  return { pool, crls: files.crl.flatMap(crlsIn) };
}

function trustFile({ label, subject }: GivenFile, pool: CertificatePool): void {
  if (subject.kind === 'certificate') return pool.trust(subject.certificate, 'which is trusted');
  for (const part of flattened(subject)) {
    if (part.kind === 'certificate' && part.certificate.value.issuer.kind === 'self')
      pool.trust(part.certificate, 'which is trusted');
    if (part.kind === 'ctl') {
      for (const certificate of approvedIn(part.ctl)) pool.trust(certificate, `which the CTL in ${label} approves`);
    }
  }
}

function trustRootsOnLists(
  { label, subject }: GivenFile,
  isTrusted: boolean,
  pool: CertificatePool,
  at: { profile: Profile; atMillis: number; isAtGiven: boolean },
): void {
  for (const part of flattened(subject)) {
    if (part.kind !== 'trcl') continue;
    const { issuer } = part.list.toBeSignedRootCtl.value;
    const [trcla] = issuer.kind === 'self' ? [] : pool.withId8(issuer.value);
    const isSound = explainRootCtl(part.list, { ...at, isProfileGiven: false, pool, crls: [] }).valid;
    if (!isSound && (trcla !== undefined || !isTrusted)) continue;
    const by =
      trcla === undefined ? `which the trusted list ${label} names` : `which the TRCL of ${nameOf(trcla)} names`;
    for (const root of certificatesIn(part)) pool.trust(root, by);
  }
}

/** The CRLs in a file, of either standard. */
export function crlsIn({ label, subject }: GivenFile): GivenCrl[] {
  const found = flattened(subject).flatMap((part) => {
    const contents = part.kind === 'signed' ? crlOf(part.signed, [ccsa.aid.crl, ieee.aid.crl]) : undefined;
    return part.kind === 'signed' && contents !== undefined ? [{ signed: part.signed, contents }] : [];
  });
  return found.map((crl, index) => ({ ...crl, label: found.length === 1 ? label : `${label} ${index + 1}` }));
}
