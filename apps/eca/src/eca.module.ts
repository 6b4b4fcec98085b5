/** Wiring of an ECA: a list of factories. */
import { HttpException, Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { isRefused } from '#credentials/refusal.js';
import { callLine } from '#edge/call-line.js';
import { hex } from '#crypto/bytes.js';
import { aaaEca } from '#edges/aaa-eca/authorise.js';
import { ecaPra } from '#edges/eca-pra/stop-enrolment.js';
import { LINES, WORK, type AuthorityContext, type Lines, type Work } from '#service/authority-context.js';
import { CheckStatusController } from '#service/check-status.controller.js';
import { ALARMS, CHECK_WATCH, checkProviders, together } from '#service/check-watch.js';
import { Pace } from '#service/pace.js';
import { enrol } from './domain/enrol.js';
import { renew, type RenewNeeds } from './domain/renew.js';
import type { EcaSettings } from './eca.config.js';
import { SuspendJob } from './jobs/suspend.job.js';
import { EcaWork } from './jobs/work.js';
import { gatheredAaa } from './lines/aaa-eca.js';
import { answerPra } from './lines/eca-pra.js';
import { ADDRESSES, ENROL, EnrolmentController, RENEW, type Enrol } from './lines/enrolment.controller.js';
import { EnrolmentEntity } from './store/enrolment.entity.js';
import { enrolmentStore, issuedEnrolment } from './store/enrolment.store.js';
import { StopStore } from './store/stop.store.js';
import { SuspensionEntity } from './store/suspension.entity.js';
import type { Log } from '#service/log.js';
import type { EnrolRefused } from './domain/refusal.js';

const NEEDS = Symbol('NEEDS');
const STOPS = Symbol('STOPS');
const DEVICE_INDEX = 'device-index';
/** The AAA is asked about one key so often: a device that lost an answer asks again, and has it from the table. */
const KEY_RATE = { atOnce: 20, aMinute: 2 };
const DAY_MILLIS = 24 * 3_600_000;

@Module({})
class EcaModule {}

export function ecaModule(context: AuthorityContext, settings: EcaSettings): DynamicModule {
  const { identity, transport, device, log } = context;
  const nowMillis = (): number => context.clock.nowMillis();
  const keys = new Pace(KEY_RATE, nowMillis);
  const aaa = callLine(aaaEca, context.peer(settings.aaaPeer, aaaEca.name), identity, transport);
  return {
    module: EcaModule,
    imports: [TypeOrmModule.forFeature([EnrolmentEntity, SuspensionEntity])],
    controllers: [EnrolmentController, CheckStatusController],
    providers: [
      ...checkProviders(context, settings.checkDays),
      {
        provide: NEEDS,
        inject: [getDataSourceToken()],
        useFactory: (dataSource: DataSource): RenewNeeds => ({
          identity,
          aaa: gatheredAaa(aaa),
          aaaFailed: (error) => log.error('aaa.no-answer', error),
          store: enrolmentStore(dataSource),
          indexOf: (deviceId) => device.derive(DEVICE_INDEX, deviceId),
          issued: (certificateHash) => issuedEnrolment(dataSource, certificateHash),
          renewalMillis: settings.renewalDays * DAY_MILLIS,
          waitOfKey: (keyHash) => keys.wait(hex(keyHash)),
        }),
      },
      {
        provide: ADDRESSES,
        useFactory: (): Pace => {
          const { requestsAtOnce: atOnce, requestsAMinute: aMinute } = settings.door;
          return new Pace({ atOnce, aMinute }, nowMillis);
        },
      },
      {
        provide: STOPS,
        inject: [getDataSourceToken()],
        useFactory: (dataSource: DataSource) => new StopStore(dataSource),
      },
      {
        provide: ENROL,
        inject: [NEEDS],
        useFactory:
          (needs: RenewNeeds): Enrol =>
          (body) =>
            answered('enrolment', () => enrol(body, needs), log),
      },
      {
        provide: RENEW,
        inject: [NEEDS],
        useFactory:
          (needs: RenewNeeds): Enrol =>
          (body) =>
            answered('renewal', () => renew(body, needs), log),
      },
      {
        provide: LINES,
        inject: [STOPS],
        useFactory: (stops: StopStore): Lines => ({ [ecaPra.name]: answerPra(stops, context) }),
      },
      {
        provide: WORK,
        inject: [STOPS, CHECK_WATCH],
        useFactory: (stops: StopStore, watch: Work): Work =>
          together(new EcaWork(context, new SuspendJob(context, aaa, stops), stops), watch),
      },
    ],
    exports: [LINES, WORK, ALARMS],
  };
}

/** The outcome, counted; a failure is told to our log, and to the device only that it was ours. */
async function answered(
  what: 'enrolment' | 'renewal',
  rules: () => Promise<Uint8Array | EnrolRefused>,
  log: Log,
): Promise<Uint8Array | EnrolRefused> {
  try {
    const outcome = await rules();
    log.info(`${what}.answered`, { outcome: isRefused(outcome) ? outcome.reason : 'issued' });
    return outcome;
  } catch (cause) {
    log.error(`${what}.failed`, cause);
    throw new HttpException({ refused: 'internal' }, 500, { cause });
  }
}
