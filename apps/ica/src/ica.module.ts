/** Wiring of an ICA: a list of factories. */
import { Module, type DynamicModule } from '@nestjs/common';
import { hashedId8, idKey, scmsRoleOf } from '#credentials/certificate-facts.js';
import { submissionOfCertificate } from '#credentials/transparency/submission.js';
import { signerCovering } from '#edge/own-signer.js';
import { LINES, noWork, WORK, type AuthorityContext } from '#service/authority-context.js';
import { certifyAuthority, type CertifyNeeds } from './domain/certify.js';
import type { IcaSettings } from './ica.config.js';
import { ICA_OPERATOR, type IcaOperator } from './ica.operator.js';
import { certifiedStore } from './store/certified.store.js';

const NEEDS = Symbol('NEEDS');

@Module({})
class IcaModule {}

export function icaModule(context: AuthorityContext, settings: IcaSettings): DynamicModule {
  requireIca(context);
  return {
    module: IcaModule,
    providers: [
      { provide: NEEDS, useFactory: () => certifyNeeds(context, settings) },
      {
        provide: ICA_OPERATOR,
        inject: [NEEDS],
        useFactory: (needs: CertifyNeeds): IcaOperator => ({
          certifyAuthority: (request, as) => certifyAuthority(request, as, needs),
        }),
      },
      { provide: LINES, useValue: {} },
      { provide: WORK, useValue: noWork },
    ],
    exports: [ICA_OPERATOR, LINES, WORK],
  };
}

/** BI12: with another role's certificate everything signed here would be refused elsewhere. */
function requireIca({ certificate, profile, instance }: AuthorityContext): void {
  if (scmsRoleOf(certificate, profile.aid.management)?.kind !== 'ica')
    throw new Error(`${instance}: the certificate is not that of an ICA`);
}

function certifyNeeds(context: AuthorityContext, settings: IcaSettings): CertifyNeeds {
  const { dataSource, identity, profile, clock, log, submitToLog } = context;
  return {
    store: certifiedStore(dataSource),
    // Asked anew for each certificate: ours may have been renewed since the last one.
    signerFor: (period) => signerCovering(period, identity),
    rules: () => ({ profile, issuer: context.certificate, nowMillis: clock.nowMillis(), ...settings }),
    async toLog(certificate, issuer) {
      const isTaken = await submitToLog?.(submissionOfCertificate(certificate, [issuer]));
      if (isTaken === false) log.warn('authority.not-logged', { id: idKey(hashedId8(certificate)) });
    },
    certified: (kind) => log.info('authority.certified', { kind }),
    notStored: (error, id) => log.error('authority.signed-not-stored', error, { id }),
  };
}
