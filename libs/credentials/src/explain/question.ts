/** What is asked of a verification: under which profile and trust, when, and with which CRLs. */
import type { CrlContents } from '#wire/crl.js';
import type { SignedData } from '#wire/secured-data.js';
import type { Profile } from '../profile.js';
import type { CertificatePool } from './chain-paths.js';

/** A CRL that was handed in to look certificates up in. */
export interface GivenCrl {
  readonly label: string;
  readonly signed: SignedData;
  readonly contents: CrlContents;
}

export interface Question {
  readonly profile: Profile;
  /** Whether somebody asked for the profile; else it was inferred, and nothing can contradict it. */
  readonly isProfileGiven: boolean;
  readonly pool: CertificatePool;
  readonly crls: readonly GivenCrl[];
  readonly atMillis: number;
  /** Whether somebody asked for the moment; else a message is judged as of when it was signed. */
  readonly isAtGiven: boolean;
}
