/** Wiring of the MA: a list of factories. */
import { Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken, TypeOrmModule } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { tablingVerifier } from '#credentials/spdu-verifiers.js';
import { answerLine, type LineAnswerer } from '#edge/answer-line.js';
import { maMa } from '#edges/ma-ma/evidence.js';
import { maPraReports } from '#edges/ma-pra/reports.js';
import { LINES, WORK, type AuthorityContext, type Lines, type Work } from '#service/authority-context.js';
import { casePorts } from './jobs/case-ports.js';
import { maWork, wakeCases, wakeIntake } from './jobs/ma-work.js';
import { operatorDesk, type Desk, type DeskNeeds } from './jobs/operator-desk.js';
import { revocationLists, type FetchBytes } from './jobs/revocation-lists.js';
import type { PassNeeds } from './jobs/work-off.js';
import { CasesController, DOOR, type Door } from './lines/cases.controller.js';
import { answerMaMa } from './lines/ma-ma.js';
import { answerMaPraReports } from './lines/ma-pra-reports.js';
import type { MaSettings } from './ma.config.js';
import { MA_OPERATOR } from './ma.operator.js';
import { CaseStepEntity } from './store/case-step.entity.js';
import { caseStore } from './store/case.store.js';
import { EvidenceToPassEntity } from './store/evidence-to-pass.entity.js';
import { MisbehaviourCaseEntity } from './store/misbehaviour-case.entity.js';
import { ObservationEntity } from './store/observation.entity.js';
import { ReceivedReportEntity } from './store/received-report.entity.js';
import { reportStore } from './store/report.store.js';
import { SeenContentEntity } from './store/seen-content.entity.js';

export const maEntities = [
  ReceivedReportEntity,
  SeenContentEntity,
  EvidenceToPassEntity,
  MisbehaviourCaseEntity,
  ObservationEntity,
  CaseStepEntity,
];

const NEEDS = Symbol('NEEDS');

@Module({})
class MaModule {}

export function maModule(context: AuthorityContext, settings: MaSettings, fetchBytes: FetchBytes): DynamicModule {
  const { clock, queues, operators } = context;
  const door: Door = { operators, clock, wakeCases: () => wakeCases(queues) };
  return {
    module: MaModule,
    imports: [TypeOrmModule.forFeature(maEntities)],
    controllers: [CasesController],
    providers: [
      {
        provide: NEEDS,
        inject: [getDataSourceToken()],
        useFactory: (dataSource: DataSource) => maNeeds(context, settings, fetchBytes, dataSource),
      },
      { provide: DOOR, useValue: door },
      { provide: MA_OPERATOR, inject: [NEEDS], useFactory: (needs: DeskNeeds): Desk => operatorDesk(needs) },
      { provide: LINES, inject: [NEEDS], useFactory: (needs: PassNeeds): Lines => maLines(context, needs) },
      {
        provide: WORK,
        inject: [NEEDS, MA_OPERATOR],
        useFactory: (needs: PassNeeds, desk: Desk): Work => maWork(needs, desk, queues),
      },
    ],
    exports: [LINES, WORK, MA_OPERATOR],
  };
}

function maNeeds(
  context: AuthorityContext,
  settings: MaSettings,
  fetchBytes: FetchBytes,
  dataSource: DataSource,
): PassNeeds & DeskNeeds {
  const { identity, device, clock, log, trust, profile, transport, operators } = context;
  const verify = tablingVerifier();
  const maxAgeMillis = settings.crlMaxAgeMinutes * 60_000;
  return {
    ...{ identity, device, clock, log, settings, verify, transport, operators },
    reports: reportStore(dataSource),
    cases: caseStore(dataSource),
    lists: revocationLists({ trust, profile, clock, verify, fetchBytes, maxAgeMillis, log }),
    ports: casePorts(context, settings.linkageAuthorities),
  };
}

function maLines(context: AuthorityContext, { reports, settings, device }: PassNeeds): Lines {
  const { identity, replay, log, clock, profile, queues } = context;
  const answerer = (line: string): LineAnswerer => ({
    identity,
    replay,
    onFailure: (operation, error) => log.error('line-failed', error, { line, operation }),
  });
  const { maximumReportBytes } = settings;
  const praHostname = context.peer('pra', maPraReports.name).hostname;
  const intake = { reports, clock, profile, maximumReportBytes, wake: () => wakeIntake(queues) };
  return {
    [maPraReports.name]: answerLine(
      maPraReports,
      answerMaPraReports({ ...intake, praHostname }),
      answerer(maPraReports.name),
    ),
    [maMa.name]: answerLine(maMa, answerMaMa({ ...intake, device }), answerer(maMa.name)),
  };
}
