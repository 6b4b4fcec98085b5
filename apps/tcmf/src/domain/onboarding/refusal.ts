/** Why an act of onboarding is refused: a word for programs, a sentence for people; nothing of what was sent. */
import { refused, type Refused } from '#credentials/refusal.js';
import type { RequestRefusal } from '#credentials/authority-request.js';
import type { TcmfRefusal } from '../refusal.js';

export type OwnRefusal =
  | 'malformed'
  | 'too-large'
  | 'too-many-requests'
  | 'account-not-proved'
  | 'not-an-operator'
  | 'application-unknown'
  | 'act-not-in-this-state'
  | 'already-applied'
  | 'too-many-open'
  | 'not-the-applicant'
  | 'reviewer-is-applicant'
  | 'reviewer-reviewed-already'
  | 'review-signature'
  | 'permissions-not-offered'
  | 'regions-not-offered'
  | 'request-names-another'
  | 'request-not-a-root'
  | 'answer-malformed'
  | 'answer-names-another'
  | 'answer-has-another-key'
  | 'answer-has-another-role'
  | 'answer-lacks-permissions'
  | 'answer-not-on-the-lists'
  | 'lists-still-name-it'
  | 'lists-do-not-name-it';

export type OnboardingRefusal = OwnRefusal | RequestRefusal | TcmfRefusal;
export type OnboardingRefused = Refused<OnboardingRefusal>;
export const refuse = (reason: OnboardingRefusal): OnboardingRefused => refused(reason);

const SENTENCES: Readonly<Record<OwnRefusal | RequestRefusal, string>> = {
  malformed: 'The request lacks a field, has one too many, or one of another form than described at /api.',
  'too-large': 'The request is longer than an application can be.',
  'too-many-requests': 'Too many requests came from this address; wait a minute.',
  'account-not-proved': 'The header chrysalis-account is missing, older than a minute, or not signed by its key.',
  'not-an-operator': 'This is for operators of the TCMF.',
  'application-unknown': 'There is no such application, or it is of another account.',
  'act-not-in-this-state': 'The application stands where this cannot be done.',
  'already-applied': 'This very request was handed in before.',
  'too-many-open': 'Too many applications wait for a review; try again another day.',
  'not-the-applicant': 'Only the account that applied may do this.',
  'reviewer-is-applicant': 'Nobody reviews an application of their own account.',
  'reviewer-reviewed-already': 'The second review must be by another operator than the first.',
  'review-signature': 'The signature of the review is not that of this operator over this application.',
  'permissions-not-offered': 'The application asks for a permission that no certificate here can give.',
  'regions-not-offered': 'The application asks for a region that no certificate here can give.',
  'request-names-another': 'The host name of the request is not that of the application.',
  'request-not-a-root': 'The request is no certificate of a root CA that verifies under its own key.',
  'request-malformed': 'The certificate request cannot be read.',
  'request-version': 'The certificate request is of another version.',
  'request-key': 'The certificate request has no SM2 key that can be used.',
  'request-signature': 'The certificate request is not signed by the key that it asks for.',
  'answer-malformed': 'The certificate that came back cannot be read.',
  'answer-names-another': 'The certificate that came back has another host name than was asked for.',
  'answer-has-another-key': 'The certificate that came back has another key than was asked for.',
  'answer-has-another-role': 'The certificate that came back is for another role than was asked for.',
  'answer-lacks-permissions': 'The certificate that came back may not issue what was asked for.',
  'answer-not-on-the-lists':
    'The lists that came with the certificate do not name it, or it does not stand under its root.',
  'lists-still-name-it': 'By the lists, with those that were brought, the certificate still counts.',
  'lists-do-not-name-it': 'By the lists, with those that were brought, the certificate does not count.',
};

/** The sentence of a refusal; lists that are refused have one for all. */
export const sentenceOf = (reason: OnboardingRefusal): string =>
  (SENTENCES as Readonly<Record<string, string | undefined>>)[reason] ??
  `A list that was brought is not what every receiver would take: ${reason}.`;
