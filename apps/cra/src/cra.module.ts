/** Wiring of the CRA: a list of factories. */
import { Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { isValidAt } from '#credentials/period.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { answerLine } from '#edge/answer-line.js';
import { ownCertificates, type LineIdentity } from '#edge/line-identity.js';
import { craMa } from '#edges/cra-ma/revocation.js';
import { LINES, WORK, type AuthorityContext, type Lines, type Work } from '#service/authority-context.js';
import type { CraSettings } from './cra.config.js';
import { crlWork } from './jobs/crl-work.js';
import type { CrlIssuer } from './jobs/issue-crl.js';
import { crlLog } from './jobs/log-crl.js';
import { answerCraMa } from './lines/cra-ma.js';
import { CRL_ISSUER, CrlController } from './lines/crl.controller.js';
import { crlStore } from './store/crl.store.js';
import { IssuedCrlEntity } from './store/issued-crl.entity.js';
import { RevocationOrderEntity } from './store/revocation-order.entity.js';
import { RevokedChainEntity } from './store/revoked-chain.entity.js';

export const craEntities = [RevocationOrderEntity, RevokedChainEntity, IssuedCrlEntity];

@Module({})
class CraModule {}

export function craModule(context: AuthorityContext, settings: CraSettings): DynamicModule {
  const { identity, profile, clock, log, replay, queues, submitToLog: submit } = context;
  const signers = (): readonly Signer[] => validSigners(identity);
  return {
    module: CraModule,
    imports: [TypeOrmModule.forFeature(craEntities)],
    controllers: [CrlController],
    providers: [
      {
        provide: CRL_ISSUER,
        inject: [getDataSourceToken()],
        useFactory: (dataSource: DataSource): CrlIssuer => ({
          store: crlStore(dataSource, CRL_SERIES),
          signers,
          profile,
          clock,
          rules: { epochMillis: profile.epochMillis, ...settings },
          series: CRL_SERIES,
          linkageAuthorities: settings.linkageAuthorities,
          log,
          ...(submit && { crlLog: crlLog({ submit, signers, profile, clock, log }) }),
        }),
      },
      {
        provide: LINES,
        inject: [CRL_ISSUER],
        useFactory: (issuer: CrlIssuer): Lines => ({
          [craMa.name]: answerLine(
            craMa,
            answerCraMa({ ...issuer, certificate: () => context.certificate }, context.operators),
            {
              identity,
              replay,
              onFailure: (operation, error) => log.error('line-failed', error, { line: craMa.name, operation }),
            },
          ),
        }),
      },
      {
        provide: WORK,
        inject: [CRL_ISSUER],
        useFactory: (issuer: CrlIssuer): Work => crlWork(issuer, queues, settings.tickMillis),
      },
    ],
    exports: [LINES, WORK],
  };
}

/** One that has not begun signs nothing; nor does one that has ended, unless it is all there is. */
function validSigners(identity: LineIdentity): readonly Signer[] {
  const now = identity.clock.nowMillis();
  const [current, ...beside] = ownCertificates(identity).map(({ signer }) => signer) as [Signer, ...Signer[]];
  const isValid = ({ certificate }: Signer): boolean =>
    isValidAt(certificate.value.toBeSigned.value.validityPeriod, now);
  return [current, ...beside.filter(isValid)];
}
