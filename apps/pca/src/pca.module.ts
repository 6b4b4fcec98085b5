/** Wiring of a PCA: a list of factories. */
import { Module, type DynamicModule } from '@nestjs/common';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { hashedId3 } from '#credentials/certificate-facts.js';
import type { LineAnswerer } from '#edge/answer-line.js';
import { ownPeer } from '#edge/peer-certificate.js';
import { laPca } from '#edges/la-pca/shared-key.js';
import { maPca } from '#edges/ma-pca/identify.js';
import { pcaPra } from '#edges/pca-pra/issue-batch.js';
import { LINES, WORK, type AuthorityContext, type Lines } from '#service/authority-context.js';
import type { Log } from '#service/log.js';
import type { IssueAudit } from './domain/issue-audit.js';
import type { IssuedStore } from './domain/issued-store.js';
import { issuerOf } from './domain/issuer.js';
import type { CrlPlace } from './domain/pseudonym-tbs.js';
import { upkeep, type Upkeep } from './jobs/upkeep.js';
import { answerLaPca } from './lines/la-pca.js';
import { answerMaPca } from './lines/ma-pca.js';
import { answerPcaPra } from './lines/pca-pra.js';
import type { PcaSettings } from './pca.config.js';
import { forgetExpiredApprovals, useApprovalOnce } from '#service/approval-use.store.js';
import { CheckStatusController } from '#service/check-status.controller.js';
import { ALARMS, CHECK_WATCH, checkProviders, together } from '#service/check-watch.js';
import { issuedStore } from './store/issued.store.js';
import { periodKeyStore, type PeriodKeyStore } from './store/period-key.store.js';

const ISSUED = Symbol('ISSUED');
const PERIOD_KEYS = Symbol('PERIOD_KEYS');
const UPKEEP = Symbol('UPKEEP');

@Module({})
class PcaModule {}

export function pcaModule(context: AuthorityContext, settings: PcaSettings): DynamicModule {
  const { dataSource, device } = context;
  return {
    module: PcaModule,
    controllers: [CheckStatusController],
    providers: [
      { provide: ISSUED, useFactory: () => issuedStore(dataSource, context.random) },
      ...checkProviders(context, settings.checkDays),
      { provide: PERIOD_KEYS, useFactory: () => periodKeyStore(dataSource, device) },
      {
        provide: UPKEEP,
        inject: [ISSUED, PERIOD_KEYS],
        useFactory: (issued: IssuedStore, keys: PeriodKeyStore) => upkeepOf(context, settings, issued, keys),
      },
      {
        provide: LINES,
        inject: [ISSUED, PERIOD_KEYS, UPKEEP],
        useFactory: (issued: IssuedStore, keys: PeriodKeyStore, kept: Upkeep) =>
          linesOf(context, settings, { issued, keys, kept }),
      },
      { provide: WORK, inject: [UPKEEP, CHECK_WATCH], useFactory: together },
    ],
    exports: [LINES, WORK, ALARMS],
  };
}

interface Parts {
  issued: IssuedStore;
  keys: PeriodKeyStore;
  kept: Upkeep;
}

function upkeepOf(context: AuthorityContext, settings: PcaSettings, issued: IssuedStore, keys: PeriodKeyStore): Upkeep {
  const { queues, clock, profile, log, dataSource } = context;
  const tidy = async (i: number): Promise<void> => {
    await issued.erase(i, i - settings.traceablePeriods);
    await keys.dropBefore(i);
    await forgetExpiredApprovals(dataSource, clock.nowMillis());
    log.info('periods.tidied');
  };
  return upkeep({ queues, clock, profile, log, tidy });
}

/** The CRA of our own domain, as the lists know it now. */
function crlPlace({ identity, instance }: AuthorityContext, craHostname: string): CrlPlace {
  const cra = ownPeer(craHostname, 'cra', identity);
  if (cra === undefined) throw new Error(`${instance}: no CRA of the domain stands on a current list`);
  return { cracaId: hashedId3(cra.certificate), crlSeries: CRL_SERIES };
}

const auditTo = (log: Log): IssueAudit => ({
  intended: (line) => log.info('batch.intended', line),
  signed: (line) => log.info('batch.signed', line),
  unstored: (batch, error) => log.error('batch.signed-not-stored', error, { batch }),
  voided: (intent) => log.warn('intent.void', intent),
});

function linesOf(context: AuthorityContext, settings: PcaSettings, { issued, keys, kept }: Parts): Lines {
  const { identity, device, profile, clock, operators, dataSource, log } = context;
  const currentI = (): number => kept.currentI();
  const answerer = (line: string): LineAnswerer => ({
    identity,
    replay: context.replay,
    onFailure: (operation, error) => log.error('line.failed', error, { line, operation }),
  });
  const issuing = {
    profile,
    linkageAuthorities: settings.linkageAuthorities,
    clock,
    // Asked anew for each batch: our certificate may have been renewed since the last one.
    get issuer() {
      const { signingLabel, formerCertificates } = context;
      return issuerOf(context.certificate, { device, signingLabel, formerCertificates });
    },
    arithmetic: context.arithmetic,
    issued,
    audit: auditTo(log),
    periodKeys: (periods: readonly number[]) => keys.load(periods),
    crlPlace: () => crlPlace(context, settings.craHostname),
    currentI,
    praHostname: settings.praHostname,
    decided: (outcome: object) => log.info('batch.decided', outcome),
  };
  const identifying = {
    identity,
    operators,
    useOnce: useApprovalOnce(dataSource),
    issued,
    decided: (outcome: string) => log.info('identify.decided', { outcome }),
  };
  return {
    [laPca.name]: answerLaPca({ keep: (laId, i, key) => keys.keep(laId, i, key), currentI }, answerer(laPca.name)),
    [pcaPra.name]: answerPcaPra(issuing, answerer(pcaPra.name)),
    [maPca.name]: answerMaPca(identifying, answerer(maPca.name)),
  };
}
