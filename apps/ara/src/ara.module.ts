/** Wiring of an ARA: a list of factories. */
import { Module, type DynamicModule } from '@nestjs/common';
import { araPra } from '#edges/ara-pra/block-enrolment.js';
import { LINES, noWork, WORK, type AuthorityContext, type Lines, type Work } from '#service/authority-context.js';
import type { AraSettings } from './ara.config.js';
import { ARA_OPERATOR, araOperator, type AraOperator } from './ara.operator.js';
import { CONTEXT, OPERATOR_TOKEN, REQUESTS, SETTINGS } from './ara.tokens.js';
import { CertifyJob } from './jobs/certify.job.js';
import { AraWork } from './jobs/work.js';
import { answerPra } from './lines/ara-pra.js';
import { DeviceController } from './lines/ee-ara.controller.js';
import { OperatorController, operatorTokenHash } from './lines/operator.controller.js';
import { RequestStore } from './store/request.store.js';

@Module({})
class AraModule {}

export function araModule(context: AuthorityContext, settings: AraSettings): DynamicModule {
  return {
    module: AraModule,
    controllers: [DeviceController, OperatorController],
    providers: [
      { provide: CONTEXT, useValue: context },
      { provide: SETTINGS, useValue: settings },
      { provide: REQUESTS, useFactory: () => new RequestStore(context.dataSource) },
      {
        provide: OPERATOR_TOKEN,
        useFactory: async () => ({ value: await operatorTokenHash(settings.operatorTokenFile, context.random) }),
      },
      {
        provide: ARA_OPERATOR,
        inject: [REQUESTS],
        useFactory: (requests: RequestStore) => araOperator(requests, context),
      },
      {
        provide: LINES,
        inject: [ARA_OPERATOR],
        useFactory: (operator: AraOperator): Lines => ({ [araPra.name]: answerPra(operator, context) }),
      },
      {
        provide: WORK,
        inject: [REQUESTS],
        useFactory: (requests: RequestStore): Work =>
          settings.work ? new AraWork(context, new CertifyJob(context, requests), requests) : noWork,
      },
    ],
    exports: [LINES, WORK, ARA_OPERATOR],
  };
}
