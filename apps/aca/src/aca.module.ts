/** Wiring of an ACA: a list of factories. */
import { Module, type DynamicModule } from '@nestjs/common';
import { hashedId3, isCracaFor } from '#credentials/certificate-facts.js';
import { HASH_CRL_SERIES } from '#credentials/hash-crl.js';
import { ownPeer } from '#edge/peer-certificate.js';
import { acaAra } from '#edges/aca-ara/issue-application.js';
import { LINES, WORK, type AuthorityContext, type Lines, type Work } from '#service/authority-context.js';
import { CheckStatusController } from '#service/check-status.controller.js';
import { ALARMS, CHECK_WATCH, checkProviders, together } from '#service/check-watch.js';
import type { AcaSettings } from './aca.config.js';
import type { CrlPlace } from './domain/issue-application.js';
import { upkeep } from './jobs/upkeep.js';
import { answerAcaAra } from './lines/aca-ara.js';
import { issuedStore, type KeptIssued } from './store/issued.store.js';

const ISSUED = Symbol('ISSUED');

@Module({})
class AcaModule {}

export function acaModule(context: AuthorityContext, settings: AcaSettings): DynamicModule {
  const { dataSource, clock, log } = context;
  return {
    module: AcaModule,
    controllers: [CheckStatusController],
    providers: [
      ...checkProviders(context, settings.checkDays),
      { provide: ISSUED, useFactory: () => issuedStore(dataSource) },
      { provide: LINES, inject: [ISSUED], useFactory: (store: KeptIssued) => linesOf(context, settings, store) },
      {
        provide: WORK,
        inject: [ISSUED, CHECK_WATCH],
        useFactory: (store: KeptIssued, watch: Work): Work =>
          together(upkeep({ clock, log, erasePast: (now) => store.erasePast(now) }), watch),
      },
    ],
    exports: [LINES, WORK, ALARMS],
  };
}

/** The CRA of our own domain, as the lists know it now. */
function crlPlace({ identity, instance, profile }: AuthorityContext, craHostname: string): CrlPlace {
  const cra = ownPeer(craHostname, 'cra', identity);
  if (cra === undefined || !isCracaFor(cra.certificate, profile.aid.crl, HASH_CRL_SERIES))
    throw new Error(`${instance}: no CRA of the domain that lists by hash stands on a current list`);
  return { cracaId: hashedId3(cra.certificate), crlSeries: HASH_CRL_SERIES };
}

function linesOf(context: AuthorityContext, settings: AcaSettings, store: KeptIssued): Lines {
  const { identity, replay, log } = context;
  const { araHostname, craHostname, applicationHours, identityHours } = settings;
  const needs = {
    identity,
    store,
    lifetimes: { applicationHours, identityHours },
    araHostname,
    ...(craHostname !== undefined && { crlPlace: () => crlPlace(context, craHostname) }),
    decided: (outcome: string) => log.info('application.decided', { outcome }),
  };
  const onFailure = (operation: string, error: unknown): void =>
    log.error('line.failed', error, { line: acaAra.name, operation });
  return { [acaAra.name]: answerAcaAra(needs, { identity, replay, onFailure }) };
}
