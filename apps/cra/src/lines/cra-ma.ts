/** The line from the MA: chains to revoke, each order with the signatures of two operators. */
import { encode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { checkApproval } from '#credentials/approval.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { periodAt } from '#credentials/period.js';
import { isRefused, type Refused } from '#credentials/refusal.js';
import type { Answers } from '#edge/edge.js';
import { RevokeDevice, type craMa } from '#edges/cra-ma/revocation.js';
import type { Certificate } from '#wire/secured-data.js';
import type { RevocationRefusal } from '../domain/refusal.js';
import { refuseChains, refuseLas } from '../domain/revocation-order.js';
import { issueIfOwed, type CrlIssuer } from '../jobs/issue-crl.js';

export interface RevocationNeeds extends CrlIssuer {
  /** The certificate of ours that counts now: an order names it. */
  readonly certificate: () => Certificate;
}

/**
 * Revokes: the order is stored with its approval in one step, then a list with its chains is issued, stored and named.
 * The same order again gets the same answer; a crash in between leaves an order whose list is owed.
 * Refuses without two operators' signatures over this action for this CRA, and chains that cannot be.
 * Learns: seeds from their period on. Never: whose they are.
 */
export function answerCraMa(issuer: RevocationNeeds, operators: readonly Uint8Array[]): Answers<typeof craMa> {
  return {
    async revoke(request): Promise<{ crlNumber: number } | Refused<RevocationRefusal>> {
      const requestHash = sm3(encode(RevokeDevice, request));
      if ((await issuer.store.orderAnswer(requestHash)) === undefined) {
        const refusal = await takeOrder(issuer, operators, request, requestHash);
        if (refusal !== undefined) return refusal;
      }
      await issueIfOwed(issuer);
      const answer = await issuer.store.orderAnswer(requestHash);
      if (answer === undefined || answer.crlNumber === null)
        throw new Error('an order was stored and no list answers it');
      return { crlNumber: answer.crlNumber };
    },
  };
}

async function takeOrder(
  issuer: RevocationNeeds,
  operators: readonly Uint8Array[],
  order: RevokeDevice,
  requestHash: Uint8Array,
): Promise<Refused<RevocationRefusal> | undefined> {
  const wrongLas = refuseLas(order.chains, issuer.linkageAuthorities);
  const refusal = wrongLas ?? (await refuseOrder(issuer, operators, order, requestHash));
  if (refusal === undefined) issuer.log.info('revocation.ordered', { chains: order.chains.length });
  else issuer.log.warn('revocation.refused', { reason: refusal.reason });
  return refusal;
}

async function refuseOrder(
  { store, certificate, clock, profile }: RevocationNeeds,
  operators: readonly Uint8Array[],
  { approval, chains }: RevokeDevice,
  requestHash: Uint8Array,
): Promise<Refused<RevocationRefusal> | undefined> {
  const nowMillis = clock.nowMillis();
  const wrongChain = refuseChains(chains, periodAt(profile.epochMillis, nowMillis));
  if (wrongChain !== undefined) return wrongChain;
  const scope = await checkApproval(approval, {
    action: 'revoke',
    self: hashedId8(certificate()),
    operators,
    nowMillis,
    // The approval is used up by the very transaction that stores the order: never one without the other.
    useOnce: (approvalHash, expiresMillis) => store.takeOrder({ requestHash, approvalHash, expiresMillis, chains }),
  });
  return isRefused(scope) ? scope : undefined;
}
