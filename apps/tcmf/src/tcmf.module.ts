/** Wiring of the TCMF: a list of factories. */
import { Module, type DynamicModule } from '@nestjs/common';
import { LINES, noWork, WORK, type AuthorityContext } from '#service/authority-context.js';
import { publishLists } from './domain/publish.js';
import { EeListsController, LISTS } from './lines/ee-lists.controller.js';
import { publishedListStore, type PublishedListStore } from './store/published-list.store.js';
import { TCMF_OPERATOR, type TcmfOperator } from './tcmf.operator.js';

@Module({})
class TcmfModule {}

export function tcmfModule(context: AuthorityContext): DynamicModule {
  return {
    module: TcmfModule,
    controllers: [EeListsController],
    providers: [
      { provide: LISTS, useFactory: () => publishedListStore(context.dataSource) },
      {
        provide: TCMF_OPERATOR,
        inject: [LISTS],
        useFactory: (lists: PublishedListStore) => operatorOf(context, lists),
      },
      { provide: LINES, useValue: {} },
      { provide: WORK, useValue: noWork },
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
