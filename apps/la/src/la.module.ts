/** Wiring of an LA: a list of factories. */
import { Module, type DynamicModule } from '@nestjs/common';
import { hashedId8, scmsRoleOf } from '#credentials/certificate-facts.js';
import type { LineAnswerer } from '#edge/answer-line.js';
import { callLine } from '#edge/call-line.js';
import { ownPeer } from '#edge/peer-certificate.js';
import { laMa } from '#edges/la-ma/seeds.js';
import { laPca } from '#edges/la-pca/shared-key.js';
import { laPra } from '#edges/la-pra/linkage-values.js';
import { LINES, WORK, type AuthorityContext, type Lines } from '#service/authority-context.js';
import type { Certificate } from '#wire/secured-data.js';
import { announce, keysTakenBy, type AnnounceNeeds } from './domain/announce-keys.js';
import { tidy } from './jobs/tidy.job.js';
import { upkeep, type Upkeep } from './jobs/upkeep.js';
import type { LaSettings } from './la.config.js';
import { answerLaMa } from './lines/la-ma.js';
import { answerLaPra } from './lines/la-pra.js';
import { forgetExpiredApprovals, useApprovalOnce } from '#service/approval-use.store.js';
import { chainStore, type ChainStore } from './store/chain.store.js';
import { periodKeyStore } from './store/period-key.store.js';

const CHAINS = Symbol('CHAINS');
const KEYS = Symbol('KEYS');
const UPKEEP = Symbol('UPKEEP');

@Module({})
class LaModule {}

export function laModule(context: AuthorityContext, settings: LaSettings): DynamicModule {
  const laId = ownLaId(context, settings);
  return {
    module: LaModule,
    providers: [
      { provide: CHAINS, useFactory: () => chainStore(context.dataSource) },
      { provide: KEYS, useFactory: () => announceNeeds(context, settings, laId) },
      {
        provide: UPKEEP,
        inject: [CHAINS, KEYS],
        useFactory: (chains: ChainStore, keys: AnnounceNeeds) => upkeepOf(context, settings, { chains, keys, laId }),
      },
      {
        provide: LINES,
        inject: [CHAINS, KEYS, UPKEEP],
        useFactory: (chains: ChainStore, keys: AnnounceNeeds, kept: Upkeep): Lines => ({
          [laPra.name]: praLine(context, settings, { chains, keys, kept, laId }),
          [laMa.name]: maLine(context, { chains, kept, laId }),
        }),
      },
      { provide: WORK, inject: [UPKEEP], useFactory: (kept: Upkeep) => kept },
    ],
    exports: [LINES, WORK],
  };
}

interface Parts {
  chains: ChainStore;
  keys: AnnounceNeeds;
  kept: Upkeep;
  laId: Uint8Array;
}

/** Two bytes; the settings must say what the certificate says, or the values of this LA would match no CRL. */
function ownLaId({ certificate, profile, instance }: AuthorityContext, settings: LaSettings): Uint8Array {
  const role = scmsRoleOf(certificate, profile.aid.management);
  if (role?.kind !== 'la' || role.value.laId !== settings.laId)
    throw new Error(`${instance}: laId is not the one in the certificate`);
  return Uint8Array.of(settings.laId >>> 8, settings.laId & 0xff);
}

function announceNeeds(context: AuthorityContext, settings: LaSettings, laId: Uint8Array): AnnounceNeeds {
  const { dataSource, device, random, identity, transport } = context;
  const peer = context.peer(settings.pcaPeer, laPca.name);
  return {
    laId,
    periodKeys: periodKeyStore(dataSource, device, random),
    pcaLine: callLine(laPca, peer, identity, transport),
  };
}

/** The PCA of our domain, as the lists know it now. */
function listedPca(context: AuthorityContext, settings: LaSettings): Certificate | undefined {
  const { hostname } = context.peer(settings.pcaPeer, laPca.name);
  return ownPeer(hostname, 'pca', context.identity)?.certificate;
}

function upkeepOf(context: AuthorityContext, settings: LaSettings, parts: Omit<Parts, 'kept'>): Upkeep {
  const { queues, clock, profile, log, device, dataSource } = context;
  const { chains, keys, laId } = parts;
  const forgetApprovals = (): Promise<void> => forgetExpiredApprovals(dataSource, clock.nowMillis());
  return upkeep({
    queues,
    clock,
    profile,
    log,
    tickMillis: settings.tickMillis,
    async tidy(i) {
      const counts = await tidy(i, { chains, periodKeys: keys.periodKeys, device, laId, forgetApprovals });
      log.info('chains.tidied', counts);
    },
    async owesKeys(i) {
      const pca = listedPca(context, settings);
      return pca !== undefined && keys.periodKeys.isOwed(hashedId8(pca), i);
    },
    async announce(i) {
      const pca = listedPca(context, settings);
      const owed = pca === undefined ? [] : await keys.periodKeys.owed(hashedId8(pca), i);
      const outcome = pca && (await announce(pca, owed, keys));
      if (outcome !== undefined) log.warn('period-keys.owed', { reason: outcome.reason });
    },
  });
}

function answererOf(context: AuthorityContext, line: string): LineAnswerer {
  const onFailure = (operation: string, error: unknown): void =>
    context.log.error('line.failed', error, { line, operation });
  return { identity: context.identity, replay: context.replay, onFailure };
}

function praLine(context: AuthorityContext, settings: LaSettings, parts: Parts): Lines[string] {
  const { identity, device, log } = context;
  const { chains, keys, kept, laId } = parts;
  return answerLaPra(
    {
      identity,
      laId,
      chains,
      vault: device,
      keysFor: (pca, periods) => keysTakenBy(pca, periods, keys),
      currentI: () => kept.currentI(),
      pca: {
        hostname: context.peer(settings.pcaPeer, laPca.name).hostname,
        certificate: () => listedPca(context, settings),
      },
      praHostname: settings.praHostname,
      given: (counts) => log.info('linkage-values.given', counts),
    },
    answererOf(context, laPra.name),
  );
}

function maLine(context: AuthorityContext, parts: Omit<Parts, 'keys'>): Lines[string] {
  const { identity, device, operators, dataSource, log } = context;
  const { chains, kept, laId } = parts;
  const useOnce = useApprovalOnce(dataSource);
  const currentI = (): number => kept.currentI();
  const decided = (outcome: string): void => log.info('seed.decided', { outcome });
  return answerLaMa(
    { identity, laId, operators, useOnce, chains, vault: device, currentI, decided },
    answererOf(context, laMa.name),
  );
}
