/** Wiring of the CRA: a list of factories. */
import { Module, type DynamicModule } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { isCracaFor } from '#credentials/certificate-facts.js';
import { isValidAt } from '#credentials/period.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { answerLine } from '#edge/answer-line.js';
import { ownCertificates, type LineIdentity } from '#edge/line-identity.js';
import { craMa } from '#edges/cra-ma/revocation.js';
import { LINES, WORK, type AuthorityContext, type Lines, type Work } from '#service/authority-context.js';
import { together } from '#service/check-watch.js';
import type { Certificate } from '#wire/secured-data.js';
import type { CraSettings } from './cra.config.js';
import { crlWork } from './jobs/crl-work.js';
import type { CrlIssuer } from './jobs/issue-crl.js';
import { certificateLists, chainLists, type ListMaker } from './jobs/list-maker.js';
import { crlLog } from './jobs/log-crl.js';
import { Publication } from './jobs/publication.js';
import { answerCraMa } from './lines/cra-ma.js';
import { CRL_ISSUERS, CrlController } from './lines/crl.controller.js';
import { FrontDoor } from './lines/front-door.js';
import { crlStore } from './store/crl.store.js';
import { IssuedCrlEntity } from './store/issued-crl.entity.js';
import { RevocationOrderEntity } from './store/revocation-order.entity.js';
import { RevokedCertificateEntity } from './store/revoked-certificate.entity.js';
import { RevokedChainEntity } from './store/revoked-chain.entity.js';

export const craEntities = [RevocationOrderEntity, RevokedChainEntity, RevokedCertificateEntity, IssuedCrlEntity];

@Module({})
class CraModule {}

type Issuers = readonly [chains: CrlIssuer, certificates: CrlIssuer];

export function craModule(context: AuthorityContext, settings: CraSettings): DynamicModule {
  const { queues } = context;
  return {
    module: CraModule,
    imports: [TypeOrmModule.forFeature(craEntities)],
    controllers: [CrlController],
    providers: [
      {
        provide: CRL_ISSUERS,
        inject: [getDataSourceToken()],
        useFactory: (dataSource: DataSource): Issuers => [
          issuerOf(chainLists, context, settings, dataSource),
          issuerOf(certificateLists, context, settings, dataSource),
        ],
      },
      {
        provide: FrontDoor,
        inject: [CRL_ISSUERS, HttpAdapterHost],
        useFactory: (issuers: Issuers, host: HttpAdapterHost): FrontDoor => new FrontDoor(issuers, host),
      },
      {
        provide: LINES,
        inject: [CRL_ISSUERS],
        useFactory: (issuers: Issuers): Lines => linesOf(context, settings, issuers),
      },
      {
        provide: WORK,
        inject: [CRL_ISSUERS],
        useFactory: (issuers: Issuers): Work =>
          together(...issuers.map((issuer) => crlWork(issuer, queues, settings.tickMillis))),
      },
    ],
    exports: [LINES, WORK],
  };
}

function issuerOf<E>(
  lists: ListMaker<E>,
  { identity, profile, clock, log, submitToLog: submit }: AuthorityContext,
  settings: CraSettings,
  dataSource: DataSource,
): CrlIssuer<E> {
  const signers = (): readonly Signer[] =>
    validSigners(identity).filter(({ certificate }) => isCracaFor(certificate, profile.aid.crl, lists.series));
  return {
    store: crlStore(dataSource, lists.series),
    lists,
    publication: new Publication(),
    signers,
    ...{ profile, clock, log },
    rules: { epochMillis: profile.epochMillis, ...settings },
    ...(submit && { crlLog: crlLog({ submit, signers, profile, clock, log }) }),
  };
}

function linesOf(context: AuthorityContext, settings: CraSettings, [chains, certificates]: Issuers): Lines {
  const { identity, replay, log, operators } = context;
  const { linkageAuthorities } = settings;
  const certificate = (): Certificate => context.certificate;
  const answers = answerCraMa({ chains, certificates, linkageAuthorities, certificate, operators });
  const onFailure = (operation: string, error: unknown): void =>
    log.error('line-failed', error, { line: craMa.name, operation });
  return { [craMa.name]: answerLine(craMa, answers, { identity, replay, onFailure }) };
}

/** One that has not begun signs nothing; nor does one that has ended, unless it is all there is. */
function validSigners(identity: LineIdentity): readonly Signer[] {
  const now = identity.clock.nowMillis();
  const [current, ...beside] = ownCertificates(identity).map(({ signer }) => signer) as [Signer, ...Signer[]];
  const isValid = ({ certificate }: Signer): boolean =>
    isValidAt(certificate.value.toBeSigned.value.validityPeriod, now);
  return [current, ...beside.filter(isValid)];
}
