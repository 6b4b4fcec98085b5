/**
 * The steps of an approved case, and the approvals the operators sign for them: one for each step, addressee and use.
 * All name the case and the one target, by a salted hash that tells nothing of whom it is about.
 */
import type { Random } from '#crypto/random.js';
import { approvalTarget, newApproval, type Approval, type ApprovedAction } from '#credentials/approval.js';
import { time32FromMillis } from '#wire/time.js';

export type StepName = 'identify' | 'blacklist' | `reveal-${number}-${LaName}` | 'revoke';
export type LaName = 'la1' | 'la2';
export type PeerName = 'pca' | 'pra' | LaName | 'cra';

export const revealStep = (chain: number, la: LaName): StepName => `reveal-${chain}-${la}`;

/** In the order they are run, for the LAs there are; a device that topped up has several chains. */
export const stepsFor = (chains: number, las: readonly LaName[]): StepName[] => [
  'identify',
  'blacklist',
  ...Array.from({ length: chains }, (_, chain) => las.map((la) => revealStep(chain, la))).flat(),
  'revoke',
];

export interface StepAbout {
  readonly action: ApprovedAction;
  readonly peer: PeerName;
}

export function aboutStep(step: StepName): StepAbout {
  switch (step) {
    case 'identify':
      return { action: 'identify', peer: 'pca' };
    case 'blacklist':
      return { action: 'blacklist', peer: 'pra' };
    case 'revoke':
      return { action: 'revoke', peer: 'cra' };
    default:
      return { action: 'reveal-seed', peer: step.endsWith('-la1') ? 'la1' : 'la2' };
  }
}

export interface CaseFacts {
  /** 16 bytes. */
  readonly id: Uint8Array;
  readonly salt: Uint8Array;
  /** 32 bytes, of the accused certificate. */
  readonly certificateHash: Uint8Array;
  readonly iCert: number;
  readonly linkageValue: Uint8Array;
}

/** An approval for one step, unsigned. `addressee` is the HashedId8 of the authority that will check it. */
export function unsignedApproval(
  facts: CaseFacts,
  step: StepName,
  addressee: Uint8Array,
  at: { random: Random; expiresMillis: number },
): Approval {
  return newApproval({
    caseId: facts.id,
    action: aboutStep(step).action,
    addressee,
    target: approvalTarget(facts.salt, facts.certificateHash),
    nonce: at.random.bytes(16),
    expiry: time32FromMillis(at.expiresMillis),
  });
}
