/** The line from the MA: what to revoke, each order with the signatures of two operators. */
import { encode } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { checkApproval, type Approval } from '#credentials/approval.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { periodAt } from '#credentials/period.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import type { Answers } from '#edge/edge.js';
import { RevokeCertificates, RevokeDevice, type craMa } from '#edges/cra-ma/revocation.js';
import { millisFromTime32 } from '#wire/time.js';
import type { Certificate } from '#wire/secured-data.js';
import type { RevocationRefusal } from '../domain/refusal.js';
import { refuseChains, refuseLas } from '../domain/revocation-order.js';
import { issueIfOwed, type CrlIssuer } from '../jobs/issue-crl.js';
import type { Order } from '../store/crl.store.js';

export interface RevocationNeeds {
  readonly chains: CrlIssuer;
  readonly certificates: CrlIssuer;
  /** As many seeds a chain has. */
  readonly linkageAuthorities: 1 | 2;
  /** The certificate of ours that counts now: an order names it. */
  readonly certificate: () => Certificate;
  readonly operators: readonly Uint8Array[];
}

interface Ordered {
  readonly issuer: CrlIssuer;
  readonly requestHash: Uint8Array;
  readonly approval: Approval;
  readonly revokes: Pick<Order, 'chains' | 'certificates'>;
  readonly wrong: Refused<RevocationRefusal> | undefined;
}

/**
 * Revokes: the order is stored with its approval in one step, then a list with what it revokes is issued, stored and named, or
 * the next list is named when the last one is too young. The same order again gets the same answer; a crash in between leaves
 * an order whose list is owed. Refuses without two operators' signatures over this action for this CRA, and what cannot be.
 * Learns: seeds from their period on, and hashes of certificates. Never: whose they are.
 */
export function answerCraMa(needs: RevocationNeeds): Answers<typeof craMa> {
  return {
    async revoke(request) {
      const { approval, chains } = request;
      const { profile, clock } = needs.chains;
      const i = periodAt(profile.epochMillis, clock.nowMillis());
      const wrong = refuseLas(chains, needs.linkageAuthorities) ?? refuseChains(chains, i);
      const requestHash = sm3(encode(RevokeDevice, request));
      return carryOut({ issuer: needs.chains, requestHash, approval, revokes: { chains }, wrong }, needs);
    },
    async revokeCertificates(request) {
      const certificates = request.certificates.map(({ id, expiry }) => ({
        id,
        endsAtMillis: millisFromTime32(expiry),
      }));
      const requestHash = sm3(encode(RevokeCertificates, request));
      const { approval } = request;
      const issuer = needs.certificates;
      const nowMillis = issuer.clock.nowMillis();
      const isOver = certificates.some(({ endsAtMillis }) => endsAtMillis <= nowMillis);
      // A certificate of ours of before there were lists by hash signs none.
      const isUnable = issuer.signers().length === 0;
      const wrong = isUnable ? refused('no-list-by-hash') : isOver ? refused('certificate-over') : undefined;
      return carryOut({ issuer, requestHash, approval, revokes: { certificates }, wrong }, needs);
    },
  };
}

async function carryOut(
  ordered: Ordered,
  needs: RevocationNeeds,
): Promise<{ crlNumber: number } | Refused<RevocationRefusal>> {
  const { issuer, requestHash } = ordered;
  if ((await issuer.store.orderAnswer(requestHash)) === undefined) {
    const refusal = ordered.wrong ?? (await takeOrder(ordered, needs));
    if (refusal !== undefined) {
      issuer.log.warn('revocation.refused', { reason: refusal.reason });
      return refusal;
    }
    issuer.log.info('revocation.ordered', { series: issuer.lists.series });
  }
  await issueIfOwed(issuer);
  const answer = await issuer.store.orderAnswer(requestHash);
  if (answer === undefined || answer.crlNumber === null) throw new Error('an order was stored and no list answers it');
  return { crlNumber: answer.crlNumber };
}

async function takeOrder(
  { issuer: { store, clock }, requestHash, approval, revokes }: Ordered,
  { certificate, operators }: RevocationNeeds,
): Promise<Refused<RevocationRefusal> | undefined> {
  const scope = await checkApproval(approval, {
    action: 'revoke',
    self: hashedId8(certificate()),
    operators,
    nowMillis: clock.nowMillis(),
    // The approval is used up by the very transaction that stores the order: never one without the other.
    useOnce: (approvalHash, expiresMillis) => store.takeOrder({ requestHash, approvalHash, expiresMillis, ...revokes }),
  });
  return isRefused(scope) ? scope : undefined;
}
