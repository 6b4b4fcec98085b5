/** Families of certificate kinds, as the rules speak of them. */
import type { CertificateKind } from '../certificate-kind.js';

export const SELF_SIGNED: readonly CertificateKind[] = ['root', 'trcla'];
/** Those whose certificate lets them issue others. */
export const ISSUERS: readonly CertificateKind[] = ['root', 'trcla', 'ica', 'eca', 'pca', 'aca'];
export const AUTHORITIES: readonly CertificateKind[] = [
  ...ISSUERS,
  'aaa',
  'pra',
  'ara',
  'la',
  'ma',
  'cra',
  'tcmf',
  'pg',
];
/** Those that end a chain. */
export const ENDS: readonly CertificateKind[] = [
  'aaa',
  'pra',
  'ara',
  'la',
  'ma',
  'cra',
  'tcmf',
  'pg',
  'ec',
  'pc',
  'ac',
  'identity',
];
