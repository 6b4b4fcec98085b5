/** What is measured of a device on the road: what an ear judges, a voice signs, and a whole road of both costs. */
import { Receiver } from '#apps/device/src/vehicle/receiver.js';
import { createRoad } from '#apps/device/src/road/road.js';
import { toBsm, type VehicleState } from '#apps/device/src/road/vehicle-state.js';
import { createDomain, nameOf, type Domain } from '#apps/device/src/sim/authorities.js';
import { sharedVerdicts } from '#apps/device/src/sim/shared-verdicts.js';
import { placeAt, START_MILLIS } from '#apps/device/src/sim/site.js';
import { ccsa } from '#credentials/profile.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { signSpdu } from '#credentials/spdu.js';
import { tablingVerifier } from '#credentials/spdu-verifiers.js';
import type { VerifySignature } from '#credentials/verify-certificate.js';
import { systemRandom } from '#crypto/random.js';
import { PseudonymSigner } from '#device/signing.js';
import { encodeBsmFrame } from '#uper/messages/message-frame.js';
import { processorTime } from './rate.js';

export interface RoadFigures {
  /** Messages a second of one core, each with every check, by senders who are known. */
  readonly verifiedWithDigest: number;
  /** The same, each by a sender who was never heard: the chain and a key without a table. */
  readonly verifiedWithNewCertificate: number;
  /** Microseconds of processor time to encode and sign a BSM. */
  readonly signMicros: { readonly p50: number; readonly p99: number };
  readonly bytes: { readonly withCertificate: number; readonly withDigest: number; readonly aSecondOfOneCar: number };
  readonly road: {
    readonly vehicles: number;
    readonly heardByEach: number;
    readonly receptions: number;
    /** Processor seconds for one second of the road; below 2 it keeps up on two cores that share it evenly. */
    readonly processorSecondsASecond: number;
    readonly accepted: number;
    readonly refused: number;
  };
}

export interface RoadLoad {
  /** Cars that are heard, messages of each, cars that are new, signatures, cars of the whole road and its seconds. */
  readonly known: number;
  readonly messages: number;
  readonly fresh: number;
  readonly signatures: number;
  readonly vehicles: number;
  readonly neighbours: number;
  readonly seconds: number;
}

const TICK_MILLIS = 100;
const HERE = placeAt({ eastMetres: 0, northMetres: 0 });

export async function measureRoad(load: RoadLoad, progress: (line: string) => void): Promise<RoadFigures> {
  const domain = await createDomain(systemRandom, START_MILLIS);
  progress('messages of senders who are known');
  const { perSecond: verifiedWithDigest } = await hearKnown(domain, load);
  progress('messages of senders who are new');
  const { perSecond: verifiedWithNewCertificate } = await hearNew(domain, load);
  progress('signatures');
  const { micros, bytes } = await sign(domain, load);
  progress(`a road of ${String(load.vehicles)} cars`);
  return { verifiedWithDigest, verifiedWithNewCertificate, signMicros: micros, bytes, road: await drive(domain, load) };
}

function earOf(domain: Domain, verify: VerifySignature): Receiver {
  const trust = domain.trust(verify);
  return new Receiver({ profile: ccsa, trust, revocation: domain.revocation(trust, verify), verify });
}

const bytesOf = (state: VehicleState, signer: Signer, nowMillis: number, named: 'certificate' | 'digest') =>
  signSpdu({
    payload: encodeBsmFrame(toBsm(state, 0, new Uint8Array(8))),
    aid: ccsa.aid.bsm,
    generationTimeMillis: nowMillis,
    signer,
    named,
  });

interface OnAir {
  readonly bytes: Uint8Array;
  readonly nowMillis: number;
}

/** Judges all, in their order; throws when one is refused, because a refusal is cheaper than a verdict. */
function judge(ear: Receiver, air: readonly OnAir[]): { perSecond: number } {
  const began = processorTime();
  for (const { bytes, nowMillis } of air) {
    const heard = ear.receive(bytes, nowMillis, HERE);
    if (heard.kind === 'refused') throw new Error(`a message of the bench was refused: ${heard.reason}`);
  }
  return { perSecond: air.length / (processorTime() - began) };
}

/** A second of full certificates first, in which the tables of keys are made; it is not measured. */
async function hearKnown(domain: Domain, { known, messages }: RoadLoad): Promise<{ perSecond: number }> {
  const road = createRoad({ seed: 1, vehicles: known, startMillis: START_MILLIS });
  const signers = await Promise.all(
    Array.from({ length: known }, async () => (await domain.pseudonyms(1))[0] as Signer),
  );
  const ear = earOf(domain, tablingVerifier());
  const before: OnAir[] = [];
  const air: OnAir[] = [];
  const warmTicks = 10;
  for (let tick = 0; tick < warmTicks + messages; tick++) {
    road.step(TICK_MILLIS);
    for (const [n, signer] of signers.entries()) {
      const named = tick < warmTicks ? 'certificate' : 'digest';
      const bytes = await bytesOf(road.state(n), signer, road.timeMillis, named);
      (tick < warmTicks ? before : air).push({ bytes, nowMillis: road.timeMillis });
    }
  }
  judge(ear, before);
  return judge(ear, air);
}

async function hearNew(domain: Domain, { fresh }: RoadLoad): Promise<{ perSecond: number }> {
  const road = createRoad({ seed: 2, vehicles: 1, startMillis: START_MILLIS });
  const signers = await domain.pseudonyms(fresh);
  const air: OnAir[] = [];
  for (const signer of signers) {
    road.step(1);
    const bytes = await bytesOf(road.state(0), signer, road.timeMillis, 'certificate');
    air.push({ bytes, nowMillis: road.timeMillis });
  }
  // The first ear is for V8 alone: to it, too, all are new.
  judge(earOf(domain, tablingVerifier()), air);
  return judge(earOf(domain, tablingVerifier()), air);
}

function voiceOf(signers: readonly Signer[]): PseudonymSigner {
  const byLabel = new Map(signers.map((signer) => [nameOf(signer), signer]));
  const keys = {
    sign: (label: string, id: Uint8Array, bytes: Uint8Array) => (byLabel.get(label) as Signer).sign(id, bytes),
  };
  const voice = new PseudonymSigner(keys, systemRandom);
  voice.hold(signers.map((signer) => ({ certificate: signer.certificate, label: nameOf(signer) })));
  return voice;
}

async function say(voice: PseudonymSigner, state: VehicleState, nowMillis: number) {
  const make = ({ temporaryId, msgCnt }: { temporaryId: Uint8Array; msgCnt: number }) =>
    encodeBsmFrame(toBsm(state, msgCnt, temporaryId));
  const signed = await voice.sign({ make, aid: ccsa.aid.bsm, nowMillis });
  if (signed.kind === 'refused') throw new Error(`a car of the bench cannot sign: ${signed.reason}`);
  return signed;
}

async function sign(
  domain: Domain,
  { signatures }: RoadLoad,
): Promise<{
  micros: RoadFigures['signMicros'];
  bytes: RoadFigures['bytes'];
}> {
  const road = createRoad({ seed: 3, vehicles: 1, startMillis: START_MILLIS });
  const voice = voiceOf(await domain.pseudonyms(20));
  const sizes = { certificate: 0, digest: 0 };
  const micros: number[] = [];
  const inOneSecond: number[] = [];
  for (let n = 0; n < signatures; n++) {
    road.step(TICK_MILLIS);
    const began = processorTime();
    const { bytes, named } = await say(voice, road.state(0), road.timeMillis);
    micros.push((processorTime() - began) * 1e6);
    sizes[named] = bytes.length;
    inOneSecond.push(bytes.length);
  }
  const sorted = micros.sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] as number;
  const mean = inOneSecond.reduce((sum, length) => sum + length, 0) / inOneSecond.length;
  return {
    micros: { p50: at(0.5), p99: at(0.99) },
    bytes: {
      withCertificate: sizes.certificate,
      withDigest: sizes.digest,
      aSecondOfOneCar: mean * (1000 / TICK_MILLIS),
    },
  };
}

/** Everybody signs ten times a second and judges what it hears; a signature is verified once for all who hear it. */
async function drive(domain: Domain, { vehicles, neighbours, seconds }: RoadLoad): Promise<RoadFigures['road']> {
  const road = createRoad({ seed: 4, vehicles, startMillis: START_MILLIS, wantedNeighbours: neighbours });
  const verify = sharedVerdicts(tablingVerifier({ tables: 2 * vehicles }));
  const cars = await Promise.all(
    Array.from({ length: vehicles }, async () => ({
      voice: voiceOf(await domain.pseudonyms(1)),
      ear: earOf(domain, verify),
    })),
  );
  let [receptions, accepted] = [0, 0];
  const began = processorTime();
  for (let tick = 0; tick < (seconds * 1000) / TICK_MILLIS; tick++) {
    road.step(TICK_MILLIS);
    const states = cars.map((_, n) => road.state(n));
    for (const [sender, { voice }] of cars.entries()) {
      const { bytes } = await say(voice, states[sender] as VehicleState, road.timeMillis);
      for (const receiver of road.receivers(sender)) {
        const heard = cars[receiver]?.ear.receive(bytes, road.timeMillis + 3, placeAt(road.place(receiver)));
        receptions++;
        if (heard?.kind === 'accepted') accepted++;
      }
    }
  }
  const processorSecondsASecond = (processorTime() - began) / seconds;
  const heardByEach = receptions / vehicles / (seconds * (1000 / TICK_MILLIS));
  return { vehicles, heardByEach, receptions, processorSecondsASecond, accepted, refused: receptions - accepted };
}
