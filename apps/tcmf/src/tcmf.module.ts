/** Wiring of the TCMF: a list of factories. */
import { Module, type DynamicModule } from '@nestjs/common';
import { certificateLeaf } from '#credentials/transparency/log-entry.js';
import { LINES, WORK, type AuthorityContext, type Work } from '#service/authority-context.js';
import type { TransparencyLogNeeds } from './domain/log.js';
import { lastingReceiver, receiverOf } from './domain/judge-lists.js';
import { leavesOf } from './domain/logged-lists.js';
import { publishLists } from './domain/publish.js';
import { hex } from '#crypto/bytes.js';
import { EeListsController, LISTS } from './lines/ee-lists.controller.js';
import { LogController, TRANSPARENCY_LOG } from './lines/log.controller.js';
import { ONBOARDING_DOOR, OnboardingController, type OnboardingDoor } from './lines/onboarding.controller.js';
import { logStore } from './store/log.store.js';
import { onboardingStore } from './store/onboarding.store.js';
import { publishedListStore, type PublishedListStore } from './store/published-list.store.js';
import type { TcmfSettings } from './tcmf.config.js';
import { TCMF_OPERATOR, type TcmfOperator } from './tcmf.operator.js';

@Module({})
class TcmfModule {}

export function tcmfModule(context: AuthorityContext, settings: TcmfSettings): DynamicModule {
  return {
    module: TcmfModule,
    controllers: [EeListsController, LogController, OnboardingController],
    providers: [
      { provide: LISTS, useFactory: () => publishedListStore(context.dataSource) },
      {
        provide: TRANSPARENCY_LOG,
        inject: [LISTS],
        useFactory: (lists: PublishedListStore) => logOf(context, settings, lists),
      },
      {
        provide: TCMF_OPERATOR,
        inject: [LISTS],
        useFactory: (lists: PublishedListStore) => operatorOf(context, lists),
      },
      {
        provide: ONBOARDING_DOOR,
        inject: [LISTS, TCMF_OPERATOR],
        useFactory: (lists: PublishedListStore, tcmf: TcmfOperator) => doorOf(context, lists, tcmf),
      },
      { provide: LINES, useValue: {} },
      { provide: WORK, inject: [TRANSPARENCY_LOG], useFactory: (log: TransparencyLogNeeds) => workOf(log) },
    ],
    exports: [TCMF_OPERATOR, LINES, WORK],
  };
}

function operatorOf({ trust, clock, log }: AuthorityContext, lists: PublishedListStore): TcmfOperator {
  const needs = {
    trcla: trust.trcla,
    nowMillis: () => clock.nowMillis(),
    served: () => lists.served(),
    replace: lists.replace.bind(lists),
    published: (list: object) => log.info('list.published', list),
  };
  return { publish: (brought) => publishLists(brought, needs) };
}

const ID_BYTES = 16;

function doorOf(context: AuthorityContext, lists: PublishedListStore, { publish }: TcmfOperator): OnboardingDoor {
  const { dataSource, trust, clock, random, operators, log } = context;
  return {
    needs: {
      store: onboardingStore(dataSource),
      nowMillis: () => clock.nowMillis(),
      newId: () => hex(random.bytes(ID_BYTES)),
      operators: operators.map(hex),
      served: () => lists.served(),
      receiver: (served, nowMillis) => receiverOf(trust.trcla, served, nowMillis),
      publish,
    },
    done: (fact) => log.info('onboarding.done', fact),
    refused: (fact) => log.warn('onboarding.refused', fact),
  };
}

function logOf(
  { dataSource, profile, trust, clock, identity, log }: AuthorityContext,
  { headSeconds }: TcmfSettings,
  lists: PublishedListStore,
): TransparencyLogNeeds {
  return {
    store: logStore(dataSource),
    profile,
    receiver: lastingReceiver(trust.trcla),
    nowMillis: () => clock.nowMillis(),
    served: () => lists.served(),
    signer: () => identity.signer,
    headSeconds,
    submitted: (facts) => log.info('log.submitted', facts),
  };
}

/** At each start: our own certificate, and the lists that were published before there was a log. */
function workOf({ store, signer, served, nowMillis }: TransparencyLogNeeds): Work {
  return {
    async begin() {
      const leaves = [certificateLeaf(signer().certificate), ...(await served()).flatMap(leavesOf)];
      await store.append(leaves, nowMillis());
    },
    end: async () => undefined,
  };
}
