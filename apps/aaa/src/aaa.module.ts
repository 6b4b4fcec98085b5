/** Wiring of an AAA: a list of factories. */
import { readFile } from 'node:fs/promises';
import { Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { aaaEca, nafIdOf } from '#edges/aaa-eca/authorise.js';
import { LINES, noWork, WORK, type AuthorityContext, type Lines } from '#service/authority-context.js';
import { Pace } from '#service/pace.js';
import type { AaaSettings } from './aaa.config.js';
import { AAA_OPERATOR, aaaOperator, type AaaOperator } from './aaa.operator.js';
import type { AskBsf } from './domain/gba-proof.js';
import { answerAaaEca } from './lines/aaa-eca.js';
import { askBsf } from './lines/bsf-client.js';
import { askResponder } from './lines/ocsp-client.js';
import { openOperatorAccess, OPERATOR_ACCESS } from './lines/operator-access.js';
import { RegistryController } from './lines/registry.controller.js';
import { DeviceEntity } from './store/device.entity.js';
import { deviceVault } from './store/device-vault.js';
import { EnrolmentEntity } from './store/enrolment.entity.js';
import { ProfileEntity } from './store/profile.entity.js';
import { registryStore, type RegistryStore } from './store/registry.store.js';
import { UsedTokenEntity } from './store/used-token.entity.js';
import { X509IssuerEntity } from './store/x509-issuer.entity.js';
import { X509RevokedEntity } from './store/x509-revoked.entity.js';
import { X509SubjectEntity } from './store/x509-subject.entity.js';

/** A BSF or an OCSP responder is asked about one device so often. */
const ASKING_RATE = { atOnce: 20, aMinute: 2 };
const REGISTRY = Symbol('REGISTRY');
const BSF = Symbol('BSF');
export const aaaEntities = [
  DeviceEntity,
  UsedTokenEntity,
  ProfileEntity,
  X509IssuerEntity,
  X509SubjectEntity,
  X509RevokedEntity,
  EnrolmentEntity,
];

@Module({})
class AaaModule {}

export function aaaModule(context: AuthorityContext, settings: AaaSettings): DynamicModule {
  const { identity, clock, random, log, replay, device } = context;
  const nowMillis = (): number => clock.nowMillis();
  const asked = new Pace(ASKING_RATE, nowMillis);
  return {
    module: AaaModule,
    imports: [TypeOrmModule.forFeature(aaaEntities)],
    controllers: [RegistryController],
    providers: [
      {
        provide: REGISTRY,
        inject: [getDataSourceToken()],
        useFactory: (dataSource: DataSource): RegistryStore =>
          registryStore({ dataSource, vault: deviceVault(device), random, nowMillis }),
      },
      { provide: OPERATOR_ACCESS, useFactory: () => openOperatorAccess(settings.operatorTokenFile, random) },
      {
        provide: AAA_OPERATOR,
        inject: [REGISTRY],
        useFactory: (store: RegistryStore): AaaOperator =>
          aaaOperator({ store, random, nowMillis, log, country: settings.country }),
      },
      {
        provide: BSF,
        useFactory: async (): Promise<{ ask: AskBsf | undefined }> => ({ ask: await bsfOf(context, settings) }),
      },
      {
        provide: LINES,
        inject: [REGISTRY, BSF],
        useFactory: (registry: RegistryStore, bsf: { ask: AskBsf | undefined }): Lines => ({
          [aaaEca.name]: answerAaaEca(
            {
              registry,
              nowMillis,
              askStatus: askResponder({
                random,
                nowMillis,
                fetch,
                failed: (reason) => log.warn('x509-status.unavailable', { reason }),
              }),
              askBsf: bsf.ask,
              mayAsk: (source) => asked.wait(source) === 0,
              tokens:
                settings.tokenIssuers.length === 0
                  ? undefined
                  : { issuers: settings.tokenIssuers, audience: context.hostname },
              validForHours: settings.enrolmentHours,
              decided: (what, outcome) => log.info(`${what}.decided`, { outcome }),
            },
            {
              identity,
              replay,
              onFailure: (operation, error) => log.error('line.failed', error, { line: aaaEca.name, operation }),
            },
          ),
        }),
      },
      { provide: WORK, useValue: noWork },
    ],
    exports: [LINES, WORK, AAA_OPERATOR],
  };
}

/** Asks the configured BSF; `undefined` where there is none. */
async function bsfOf({ hostname, log }: AuthorityContext, { bsf }: AaaSettings): Promise<AskBsf | undefined> {
  if (bsf === undefined) return undefined;
  const bearer = (await readFile(bsf.tokenFile, 'utf8')).trim();
  const failed = (error: unknown): void => log.error('bsf.no-answer', error);
  return askBsf({ url: bsf.url, bearer, nafId: nafIdOf(hostname), fetch, failed });
}
