/** Wiring of an ECA: a list of factories. */
import { HttpException, Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { isRefused } from '#credentials/refusal.js';
import { callLine } from '#edge/call-line.js';
import { aaaEca } from '#edges/aaa-eca/authorise.js';
import { LINES, noWork, WORK, type AuthorityContext, type Lines } from '#service/authority-context.js';
import { enrol, type EnrolNeeds } from './domain/enrol.js';
import type { EcaSettings } from './eca.config.js';
import { ENROL, EnrolmentController, type Enrol } from './lines/enrolment.controller.js';
import { EnrolmentEntity } from './store/enrolment.entity.js';
import { enrolmentStore } from './store/enrolment.store.js';
import type { Log } from '#service/log.js';
import type { EnrolRefused } from './domain/refusal.js';

const NEEDS = Symbol('NEEDS');
const DEVICE_INDEX = 'device-index';

@Module({})
class EcaModule {}

export function ecaModule(context: AuthorityContext, settings: EcaSettings): DynamicModule {
  const { identity, transport, device, log } = context;
  const lines: Lines = {};
  return {
    module: EcaModule,
    imports: [TypeOrmModule.forFeature([EnrolmentEntity])],
    controllers: [EnrolmentController],
    providers: [
      {
        provide: NEEDS,
        inject: [getDataSourceToken()],
        useFactory: (dataSource: DataSource): EnrolNeeds => ({
          identity,
          aaa: callLine(aaaEca, context.peer(settings.aaaPeer, aaaEca.name), identity, transport),
          aaaFailed: (error) => log.error('aaa.no-answer', error),
          store: enrolmentStore(dataSource),
          indexOf: (deviceId) => device.derive(DEVICE_INDEX, deviceId),
        }),
      },
      {
        provide: ENROL,
        inject: [NEEDS],
        useFactory:
          (needs: EnrolNeeds): Enrol =>
          (body) =>
            answered(body, needs, log),
      },
      { provide: LINES, useValue: lines },
      { provide: WORK, useValue: noWork },
    ],
    exports: [LINES, WORK],
  };
}

/** The outcome, counted; a failure is told to our log, and to the device only that it was ours. */
async function answered(body: Uint8Array, needs: EnrolNeeds, log: Log): Promise<Uint8Array | EnrolRefused> {
  try {
    const outcome = await enrol(body, needs);
    log.info('enrolment.answered', { outcome: isRefused(outcome) ? outcome.reason : 'issued' });
    return outcome;
  } catch (cause) {
    log.error('enrolment.failed', cause);
    throw new HttpException({ refused: 'internal' }, 500, { cause });
  }
}
