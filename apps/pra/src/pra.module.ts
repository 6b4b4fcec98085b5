/** The wiring of a PRA: a list of factories. */
import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { answerLine } from '#edge/answer-line.js';
import { maPraInvestigation } from '#edges/ma-pra/investigation.js';
import { LINES, noWork, WORK, type AuthorityContext, type Lines, type Work } from '#service/authority-context.js';
import { askedLas } from '#service/linkage-authorities.js';
import { CertifyJob } from './jobs/certify.job.js';
import { ExpandJob } from './jobs/expand.job.js';
import { ForwardReportsJob } from './jobs/forward-reports.job.js';
import { LinkageChains } from './jobs/linkage-chains.js';
import { PassStopsJob } from './jobs/pass-stops.job.js';
import { ShuffleJob } from './jobs/shuffle.job.js';
import { PraWork } from './jobs/work.js';
import { openDoor } from './lines/door.js';
import { DeviceController } from './lines/ee-pra.controller.js';
import { answerInvestigation } from './lines/ma-pra.investigation.js';
import { StatusController } from './lines/status.controller.js';
import type { PraSettings } from './pra.config.js';
import { CONTEXT, DOOR, SETTINGS, STORES, type Stores } from './pra.tokens.js';
import { AdmissionStore } from './store/admission.store.js';
import { BatchStore } from './store/batch.store.js';
import { BundleStore } from './store/bundle.store.js';
import { praEntities } from './store/entities.js';
import { ExpansionStore } from './store/expansion.store.js';
import { PoolStore } from './store/pool.store.js';
import { ReportStore } from './store/report.store.js';
import { RequestStore } from './store/request.store.js';
import { StopStore } from './store/stop.store.js';

@Module({})
class PraModule {}

/** Throws when the configured LAs are not as many as the settings say, whether this process works or not. */
export function praModule(context: AuthorityContext, settings: PraSettings): DynamicModule {
  const linkage = new LinkageChains(context, askedLas(settings.linkageAuthorities, context));
  return {
    module: PraModule,
    imports: [TypeOrmModule.forFeature([...praEntities])],
    controllers: [DeviceController, StatusController],
    providers: [
      { provide: CONTEXT, useValue: context },
      { provide: SETTINGS, useValue: settings },
      { provide: STORES, useFactory: () => storesOf(context, settings) },
      { provide: DOOR, inject: [STORES], useFactory: (stores: Stores) => openDoor(context, settings, stores) },
      { provide: LINES, useFactory: () => linesOf(context) },
      worker(context, settings, linkage),
    ],
    exports: [LINES, WORK],
  };
}

function storesOf({ dataSource }: AuthorityContext, settings: PraSettings): Stores {
  return {
    admission: new AdmissionStore(dataSource),
    requests: new RequestStore(dataSource),
    pool: new PoolStore(dataSource, settings),
    batches: new BatchStore(dataSource),
    bundles: new BundleStore(dataSource),
    reports: new ReportStore(dataSource),
    stops: new StopStore(dataSource),
  };
}

function linesOf(context: AuthorityContext): Lines {
  const { identity, replay, log } = context;
  const onFailure = (operation: string, error: unknown): void => log.error('line-failed', error, { operation });
  return {
    [maPraInvestigation.name]: answerLine(maPraInvestigation, answerInvestigation(context), {
      identity,
      replay,
      onFailure,
    }),
  };
}

function worker(context: AuthorityContext, settings: PraSettings, linkage: LinkageChains): Provider {
  return {
    provide: WORK,
    inject: [STORES],
    useFactory: (stores: Stores): Work => (settings.work ? workOf(context, settings, stores, linkage) : noWork),
  };
}

function workOf(context: AuthorityContext, settings: PraSettings, stores: Stores, linkage: LinkageChains): Work {
  const isPoolFull = async (): Promise<boolean> => (await stores.pool.owedItems()) >= settings.maximumPooledItems;
  const jobs = {
    expand: new ExpandJob(context, new ExpansionStore(context.dataSource), settings, isPoolFull, linkage),
    shuffle: new ShuffleJob(context, stores.pool, stores.batches, settings),
    certify: new CertifyJob(context, stores.batches),
    reports: new ForwardReportsJob(context, stores.reports),
    stops: new PassStopsJob(context, stores.stops),
  };
  return new PraWork(context, jobs, stores, settings.batchesAtOnce);
}
