/**
 * MA → PRA, in an approved case: the device behind one item is blocked first, and then its chain handles are handed over,
 * each sealed for its LA. All of it in one transaction: what is refused changes nothing, the approval is not spent either.
 */
import { checkApproval, type ApprovalRefusal } from '#credentials/approval.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { periodAt } from '#credentials/period.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import type { Answers } from '#edge/edge.js';
import type { BlacklistDevice, DeviceBlacklisted, maPraInvestigation } from '#edges/ma-pra/investigation.js';
import type { AuthorityContext } from '#service/authority-context.js';
import type { EntityManager } from 'typeorm';
import { OUTBOX, STOPS } from '../jobs/queues.js';
import { chainStatements } from '../domain/chain-statements.js';
import { checkPcaStatement } from '../domain/pca-statement.js';
import type { InvestigationRefusal } from '../domain/refusal.js';
import { ADDRESSEES } from '../store/blacklist.entity.js';
import { block, requestOfItem, unexpiredChains, useApprovalOnce } from '../store/blacklist.store.js';
import { allOrNothing, lockPool } from '../store/transaction.js';

type Refusal = ApprovalRefusal | InvestigationRefusal;

export function answerInvestigation(context: AuthorityContext): Answers<typeof maPraInvestigation> {
  return {
    blacklist: async (request) => {
      const outcome = await allOrNothing<DeviceBlacklisted | Refused<Refusal>>(context.dataSource, (manager) =>
        blacklist(context, manager, request),
      );
      if (!isRefused(outcome)) {
        context.log.info('blacklist.ordered', { chains: outcome.chains.length });
        await context.queues.wake(STOPS, OUTBOX);
      } else context.log.warn('blacklist.refused', { reason: outcome.reason });
      return outcome;
    },
  };
}

async function blacklist(
  context: AuthorityContext,
  manager: EntityManager,
  { approval, pcaStatement }: BlacklistDevice,
): Promise<DeviceBlacklisted | Refused<Refusal>> {
  const { identity, hostname, operators, clock, profile } = context;
  const nowMillis = clock.nowMillis();
  const scope = await checkApproval(approval, {
    action: 'blacklist',
    self: hashedId8(identity.signer.certificate),
    operators,
    nowMillis,
    useOnce: (nonceHash, expiresMillis) => useApprovalOnce(manager, nonceHash, expiresMillis),
  });
  if (isRefused(scope)) return scope;
  const statement = checkPcaStatement(pcaStatement, { scope, hostname, identity });
  if (isRefused(statement)) return statement;
  await lockPool(manager);
  const request = await requestOfItem(manager, statement.itemHash);
  if (request === undefined) return refused('item-unknown');
  const device = { ecHash: request.ecHash, untilMillis: Number(request.ecExpiresMillis) };
  await block(manager, device, { caseId: scope.caseId, nowMillis, tell: ADDRESSEES });
  const chains = await unexpiredChains(manager, request.ecHash, periodAt(profile.epochMillis, nowMillis));
  return { chains: await Promise.all(chains.map((chain) => chainStatements(chain, scope, identity))) };
}
