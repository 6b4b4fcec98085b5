/** What an instance is given of its own certificates: which one counts changes while it runs, so each use asks anew. */
import type { AuthorityContext } from './authority-context.js';
import type { OwnCertificates } from './own-certificates.js';

type Speaking = 'certificate' | 'signingLabel' | 'formerCertificates' | 'identity';

/** The context of an instance that speaks with these certificates. */
export function contextWith(own: OwnCertificates, rest: Omit<AuthorityContext, Speaking>): AuthorityContext {
  const { profile, trust, clock, random } = rest;
  return {
    ...rest,
    get certificate() {
      return own.current.certificate;
    },
    get signingLabel() {
      return own.current.signingLabel;
    },
    get formerCertificates() {
      return own.beside.map(({ certificate }) => certificate);
    },
    identity: {
      get signer() {
        return own.current.signer;
      },
      get unwrap() {
        return own.current.unwrap;
      },
      get beside() {
        return own.beside;
      },
      profile,
      trust,
      clock,
      random,
    },
  };
}
