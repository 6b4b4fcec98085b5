/** For the MA's tests: PCA, PRA, both LAs and CRA of domain a on the real edges, checking approvals as the real ones do. */
import { encode } from '#coer/codec.js';
import { hex } from '#crypto/bytes.js';
import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { approvalTarget, checkApproval, type Approval, type ApprovedAction } from '#credentials/approval.js';
import { PcaStatement, PraStatement } from '#credentials/case-statements.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import type { LinkedEntry } from '#credentials/linked-crl.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { sealShared } from '#credentials/sealing.js';
import { signData } from '#credentials/signed-data.js';
import { answerLine } from '#edge/answer-line.js';
import type { LineHandler } from '#edge/transport.js';
import { craMa, type RevokeDevice } from '#edges/cra-ma/revocation.js';
import { laMa } from '#edges/la-ma/seeds.js';
import { maPca } from '#edges/ma-pca/identify.js';
import { maPraInvestigation } from '#edges/ma-pra/investigation.js';
import type { AuthorityContext } from '#service/authority-context.js';
import type { Bench } from '../../../test/support/authority-bench.js';

/** How often each was asked. */
export interface Asked {
  readonly identify: number;
  readonly blacklist: number;
  readonly reveal: number;
  readonly revoke: number;
}

/** Doubles of the other authorities of domain a: they check approvals as the real ones do, each nonce once. */
export class House {
  readonly asked: { -readonly [K in keyof Asked]: number } = { identify: 0, blacklist: 0, reveal: 0, revoke: 0 };
  readonly orders: RevokeDevice[] = [];
  /** What the PRA finds behind the item; more than one when the device topped up. */
  chains: LinkedEntry[];
  /** Called before an answer leaves: to refuse, to fail, or to lose it. */
  on: Partial<Record<keyof Asked, () => Refused | undefined>> = {};
  statedPra = 'pra.a.chrysalis.example';
  /** Added to the jMax that the PRA tells the MA, beside what it signs for the LAs. */
  toldMore = 0;
  /** Keeps back what it should state for la2. */
  statesOneLa = false;
  private readonly used = new Set<string>();

  constructor(
    private readonly bench: Bench,
    private readonly contextOf: (name: string) => Promise<AuthorityContext>,
    chain: LinkedEntry,
  ) {
    this.chains = [chain];
  }

  async connect(): Promise<void> {
    await this.connectPca();
    await this.connectPra();
    for (const la of this.chains[0]?.la2Id === undefined ? ([1] as const) : ([1, 2] as const)) await this.connectLa(la);
    await this.connectCra();
  }

  private async line(
    name: string,
    edge: string,
    answerWith: (context: AuthorityContext) => LineHandler,
  ): Promise<void> {
    const handler = answerWith(await this.contextOf(`a-${name}`));
    this.bench.switchboard.connect(this.bench.address(`a-${name}`, edge), handler);
  }

  private check(approval: Approval, action: ApprovedAction, { certificate, operators }: AuthorityContext) {
    const useOnce = async (nonceHash: Uint8Array): Promise<boolean> => {
      const isFirst = !this.used.has(hex(nonceHash));
      this.used.add(hex(nonceHash));
      return isFirst;
    };
    return checkApproval(approval, {
      action,
      self: hashedId8(certificate),
      operators,
      nowMillis: this.bench.clock.nowMillis(),
      useOnce,
    });
  }

  private connectPca(): Promise<void> {
    const failure = (_: string, error: unknown) => this.failed(error);
    return this.line('pca', maPca.name, (context) =>
      answerLine(
        maPca,
        {
          identify: async ({ approval, salt, certificateHash: hash }) => {
            this.asked.identify++;
            const scope = await this.check(approval, 'identify', context);
            if (isRefused(scope)) return scope;
            if (hex(approvalTarget(salt, hash)) !== hex(scope.target)) return refused('target-mismatch');
            const { caseId, target } = scope;
            const statement = { caseId, target, itemHash: sm3(hash), pra: this.statedPra };
            const signedStatement = await signData(
              encode(PcaStatement, statement),
              { psid: ccsa.aid.management },
              context.identity.signer,
            );
            return this.on.identify?.() ?? { signedStatement };
          },
        },
        { identity: context.identity, replay: context.replay, onFailure: failure },
      ),
    );
  }

  private connectPra(): Promise<void> {
    const failure = (_: string, error: unknown) => this.failed(error);
    return this.line('pra', maPraInvestigation.name, (context) =>
      answerLine(
        maPraInvestigation,
        {
          blacklist: async ({ approval }) => {
            this.asked.blacklist++;
            const scope = await this.check(approval, 'blacklist', context);
            if (isRefused(scope)) return scope;
            const { caseId, target } = scope;
            const stated = async (laId: Uint8Array, { iMax, jMax }: LinkedEntry, n: number): Promise<Uint8Array> => {
              const linkageChainId = sealShared(Uint8Array.of(3, 128, n), new Uint8Array(16), systemRandom);
              const statement = { caseId, target, laId, linkageChainId, iMax, jMax };
              const header = { psid: ccsa.aid.management };
              return signData(encode(PraStatement, statement), header, context.identity.signer);
            };
            const chains = await Promise.all(
              this.chains.map(async (chain, n) => ({
                iMax: chain.iMax,
                jMax: chain.jMax + this.toldMore,
                la1Statement: await stated(chain.la1Id, chain, n),
                ...(chain.la2Id === undefined || this.statesOneLa
                  ? {}
                  : { la2Statement: await stated(chain.la2Id, chain, n) }),
              })),
            );
            return this.on.blacklist?.() ?? { chains };
          },
        },
        { identity: context.identity, replay: context.replay, onFailure: failure },
      ),
    );
  }

  private connectLa(la: 1 | 2): Promise<void> {
    const failure = (_: string, error: unknown) => this.failed(error);
    let next = 0;
    return this.line(`la${la}`, laMa.name, (context) =>
      answerLine(
        laMa,
        {
          revealSeed: async ({ approval }) => {
            this.asked.reveal++;
            const scope = await this.check(approval, 'reveal-seed', context);
            if (isRefused(scope)) return scope;
            const outcome = this.on.reveal?.();
            if (outcome !== undefined) return outcome;
            const chain = this.chains[next++] as LinkedEntry;
            const [laId, seed] = la === 1 ? [chain.la1Id, chain.seed1] : [chain.la2Id, chain.seed2];
            if (laId === undefined || seed === undefined) throw new Error('a second LA was asked where there is one');
            return { laId, iValue: chain.iRev, seed };
          },
        },
        { identity: context.identity, replay: context.replay, onFailure: failure },
      ),
    );
  }

  private connectCra(): Promise<void> {
    const failure = (_: string, error: unknown) => this.failed(error);
    return this.line('cra', craMa.name, (context) =>
      answerLine(
        craMa,
        {
          revoke: async (order) => {
            this.asked.revoke++;
            const scope = await this.check(order.approval, 'revoke', context);
            if (isRefused(scope)) return scope;
            this.orders.push(order);
            return this.on.revoke?.() ?? { crlNumber: 7 };
          },
          revokeCertificates: () => Promise.reject(new Error('a case revokes chains')),
        },
        { identity: context.identity, replay: context.replay, onFailure: failure },
      ),
    );
  }

  readonly failures: unknown[] = [];
  private failed(error: unknown): void {
    this.failures.push(error);
  }
}
