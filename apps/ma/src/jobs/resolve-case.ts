/**
 * An approved case, from authority to authority: PCA (which item) → PRA (blacklists, names the chains) → the LAs (seeds from
 * now on) → CRA. Each answer is stored before the next is asked, so that a crash repeats nothing that was answered. The
 * accused certificate bears witness before the CRA is told (RV4).
 */
import { decode, type Codec } from '#coer/codec.js';
import { LineFailure } from '#edge/transport.js';
import type { LinkedEntry } from '#credentials/linked-crl.js';
import { isRefused, refused, type Refused } from '#credentials/refusal.js';
import { Approval } from '#credentials/approval.js';
import { DeviceRevoked } from '#edges/cra-ma/revocation.js';
import { SeedRevealed } from '#edges/la-ma/seeds.js';
import { CertificateIdentified } from '#edges/ma-pca/identify.js';
import { DeviceBlacklisted } from '#edges/ma-pra/investigation.js';
import { revealStep, stepsFor, type LaName, type StepName } from '../domain/case-steps.js';
import { chainOf, witness, type RevealedSeed } from '../domain/revoked-chain.js';
import type { StopReason } from '../domain/refusal.js';
import { checkPcaStatement, checkPraStatement, statementsFor, type StatementRules } from '../domain/statements.js';
import type { StoredCase, StoredStep } from '../store/case.store.js';
import type { CasePorts } from './case-ports.js';
import type { LookNeeds } from './look-at-report.js';
import { isStopped, runStep, type Stopped } from './run-step.js';

const DAY_MILLIS = 86_400_000;

export interface ResolveNeeds extends LookNeeds {
  readonly ports: CasePorts;
}

interface Running extends ResolveNeeds {
  readonly found: StoredCase;
  readonly steps: ReadonlyMap<StepName, StoredStep>;
  readonly rules: StatementRules;
}

type Statements = DeviceBlacklisted['chains'][number];

/** Runs a case in state RESOLVING as far as it goes. It stays RESOLVING when an authority does not answer. */
export async function resolveCase(found: StoredCase, needs: ResolveNeeds): Promise<void> {
  const { cases, clock, settings, log, identity } = needs;
  const steps = new Map((await cases.steps(found.id)).map((step) => [step.step, step]));
  const rules = {
    trust: identity.trust,
    nowMillis: clock.nowMillis(),
    managementAid: identity.profile.aid.management,
    facts: found,
  };
  try {
    const outcome = await run({ ...needs, found, steps, rules });
    const nowMillis = clock.nowMillis();
    const end = { nowMillis, eraseMillis: nowMillis + settings.evidenceDays * DAY_MILLIS };
    if (!isStopped(outcome)) {
      const reason = outcome.crlNumber === undefined ? 'no-chain-left' : null;
      if (await cases.close(found.id, { state: 'REVOKED', reason, ...outcome, ...end })) log.info('case.revoked');
    } else if (isRefused(outcome)) {
      if (await cases.close(found.id, { state: 'REFUSED', reason: outcome.reason, ...end }))
        log.warn('case.refused', { reason: outcome.reason });
    } else {
      await cases.move(found.id, ['RESOLVING'], 'PENDING_APPROVAL', outcome.reason);
      log.info('case.needs-approval', { reason: outcome.reason });
    }
  } catch (error) {
    if (!(error instanceof LineFailure)) throw error;
    log.error('case.waits', error);
  }
}

async function run(running: Running): Promise<{ crlNumber?: number } | Stopped> {
  const blacklisted = await identifyAndBlacklist(running);
  if (isStopped(blacklisted)) return blacklisted;
  const { chains: statements } = blacklisted;
  // Every certificate of the device is over: it is blacklisted, and there is nothing to list.
  if (statements.length === 0) return {};
  await running.cases.addSteps(running.found.id, stepsFor(statements.length, running.ports.las));
  const chains = await revealChains(statements, running);
  if (isStopped(chains)) return chains;
  const disagreement = await hearWitness(chains, running);
  if (disagreement !== undefined) return disagreement;
  return step('revoke', DeviceRevoked, (approval) => running.ports.cra().revoke({ approval, chains }), running);
}

function step<A extends object>(
  name: StepName,
  answer: Codec<A>,
  ask: (approval: Approval) => Promise<A | Refused>,
  running: Running,
): Promise<A | Stopped> {
  return runStep(running.found.id, running.steps.get(name), { name, answer, ask }, running);
}

/** Whom the approval of a step was made out to: the answer must be of that very authority. */
function addresseeOf(name: StepName, { steps }: Running): Uint8Array {
  const approval = steps.get(name)?.approval;
  if (approval === undefined) throw new Error(`${name} was answered without an approval`);
  return decode(Approval, approval).scope.value.addressee;
}

async function identifyAndBlacklist(running: Running): Promise<DeviceBlacklisted | Stopped> {
  const { found, ports, rules } = running;
  const { salt, certificateHash, iCert: iValue, linkageValue: lv } = found;
  const identified = await step(
    'identify',
    CertificateIdentified,
    (approval) => ports.pca().identify({ approval, salt, certificateHash, iValue, lv }),
    running,
  );
  if (isStopped(identified)) return identified;
  const { signedStatement: pcaStatement } = identified;
  const checked = checkPcaStatement(pcaStatement, addresseeOf('identify', running), ports.hostnameOf('pra'), rules);
  if (isRefused(checked)) return checked;
  return step('blacklist', DeviceBlacklisted, (approval) => ports.pra().blacklist({ approval, pcaStatement }), running);
}

/** Every statement is checked before the first LA is asked. */
async function revealChains(statements: readonly Statements[], running: Running): Promise<LinkedEntry[] | Stopped> {
  const { las } = running.ports;
  const signed: (readonly Uint8Array[])[] = [];
  for (const stated of statements) {
    const ofChain = statementsFor(las, stated);
    if (isRefused(ofChain)) return ofChain;
    for (const [n, la] of las.entries()) {
      const refusal = refuseStatement(la, ofChain[n] as Uint8Array, stated, running);
      if (refusal !== undefined) return refusal;
    }
    signed.push(ofChain);
  }
  const chains: LinkedEntry[] = [];
  for (const [index, stated] of statements.entries()) {
    const seeds: RevealedSeed[] = [];
    for (const [n, la] of las.entries()) {
      const seed = await reveal(index, la, signed[index]?.[n] as Uint8Array, running);
      if (isStopped(seed)) return seed;
      seeds.push(seed);
    }
    chains.push(chainOf(seeds as [RevealedSeed, RevealedSeed?], stated));
  }
  return chains;
}

function laIdOf(la: LaName, { ports }: Running): Uint8Array {
  const laId = ports.laIdOf(la);
  if (laId === undefined) throw new LineFailure(`${la} stands on no current list`);
  return laId;
}

/** What the PRA signed for the LA and what it told us must be one thing. */
function refuseStatement(
  la: LaName,
  praStatement: Uint8Array,
  stated: Statements,
  running: Running,
): Refused<StopReason> | undefined {
  const pra = addresseeOf('blacklist', running);
  const checked = checkPraStatement(praStatement, pra, laIdOf(la, running), running.rules);
  if (isRefused(checked)) return checked;
  return checked.iMax === stated.iMax && checked.jMax === stated.jMax ? undefined : refused('pra-statement');
}

async function reveal(
  chain: number,
  la: LaName,
  praStatement: Uint8Array,
  running: Running,
): Promise<RevealedSeed | Stopped> {
  const seed = await step(
    revealStep(chain, la),
    SeedRevealed,
    (approval) => running.ports.la(la).revealSeed({ approval, praStatement }),
    running,
  );
  if (isStopped(seed)) return seed;
  return Buffer.compare(seed.laId, laIdOf(la, running)) === 0 ? seed : refused('la-answered-for-another');
}

async function hearWitness(chains: readonly LinkedEntry[], { found, cases }: Running): Promise<Stopped | undefined> {
  const heard = witness(chains, found);
  await cases.noteWitness(found.id, heard);
  return heard === 'disagrees' ? refused('witness-disagrees') : undefined;
}
