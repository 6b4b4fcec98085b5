/**
 * Roadside units and special vehicles: in each domain one of both enrols, is certified by ARA and ACA for what it may say and
 * where, and speaks; cars of both brands believe it there and nowhere else.
 */
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { AAA_OPERATOR, type AaaOperator } from '#apps/aaa/src/aaa.authority.js';
import { provesBySerial } from '#apps/device/src/birth/serial-birth.js';
import { toBsm } from '#apps/device/src/road/vehicle-state.js';
import { CertifiedUnit, type UnitHome } from '#apps/device/src/unit/certified-unit.js';
import { Receiver } from '#apps/device/src/vehicle/receiver.js';
import { CHINA } from '#credentials/authority-certificate.js';
import { ccsa } from '#credentials/profile.js';
import { isRefused } from '#credentials/refusal.js';
import { emergencyPermission, emergencyRange, saysEmergency } from '#credentials/special-vehicle.js';
import type { Place } from '#credentials/spdu-region.js';
import { tablingVerifier } from '#credentials/spdu-verifiers.js';
import { systemRandom } from '#crypto/random.js';
import type { ApplicationWish } from '#device/application-request.js';
import type { BasicSafetyMessage } from '#uper/messages/bsm.js';
import type { RoadSideInformation } from '#uper/messages/rsi.js';
import { encodeBsmFrame, encodeMessageFrame } from '#uper/messages/message-frame.js';
import type { GeographicRegion } from '#wire/base-types.js';
import { MESSAGE_AIDS } from '#wire/message-applications.js';
import { DOMAINS, type Domain } from '../role-table.js';
import { demandedLog, provisioned, required, trclaOf, type Car } from './fleet.js';
import { until } from './wait.js';
import type { Life } from './weeks.js';

/** Events along the road, that come and go. */
const ROADSIDE_AID = MESSAGE_AIDS.rsiFrame[2];
const RADIUS_METRES = 2_000;
/** The middle of the road of a life; the units stand there. */
const SITE: Place = { latitude: 399_000_000, longitude: 1_164_000_000, country: CHINA };
/** Some eleven kilometres to the north. */
const ELSEWHERE: Place = { ...SITE, latitude: SITE.latitude + 1_000_000 };
const AREA: GeographicRegion = {
  kind: 'circularRegion',
  value: { center: { latitude: SITE.latitude, longitude: SITE.longitude }, radius: RADIUS_METRES },
};
/** Event 408 of GB/T 29100, a slippery road, within a hundred metres of the unit. */
const SLIPPERY_ROAD: RoadSideInformation = {
  msgCnt: 0,
  id: new TextEncoder().encode('roadside'),
  refPos: { lat: SITE.latitude, long: SITE.longitude },
  rtes: [
    {
      rteId: 1,
      eventType: 408,
      eventSource: 'detection',
      eventPos: { offsetLL: { kind: 'position-LL1', value: { lon: 0, lat: 0 } } },
      eventRadius: 1000,
    },
  ],
};
const PATIENCE_MILLIS = 60_000;

interface Unit {
  readonly unit: CertifiedUnit;
  readonly domain: Domain;
}

/** Enrols, certifies and hears one roadside unit and one special vehicle of each domain. */
export async function certifyUnits(life: Life): Promise<void> {
  await life.progress.step(
    'a roadside unit and a special vehicle of each domain are certified (应用证书, 身份证书)',
    async (count) => {
      for (const [done, domain] of DOMAINS.entries()) {
        await roadsideUnit(life, domain);
        await specialVehicle(life, domain);
        count(done + 1, DOMAINS.length);
      }
    },
  );
}

async function roadsideUnit(life: Life, domain: Domain): Promise<void> {
  const { roadsideUnits } = life.report;
  const wish = { permissions: [{ psid: ROADSIDE_AID }], region: AREA, hours: 365 * 24 };
  const rights = { sspRanges: [], region: AREA };
  const born = await birth(life, domain, { name: 'rsu', aids: [ROADSIDE_AID], rights });
  try {
    roadsideUnits.certificates += await certified(life, born, wish);
    const message = encodeMessageFrame({ kind: 'rsiFrame', value: SLIPPERY_ROAD });
    for (const car of life.fleet.cars) {
      const ear = new Receiver(earOf(car));
      const bytes = required(await born.unit.sign(message, ROADSIDE_AID), 'the voice of a roadside unit');
      const nowMillis = life.house.clock.nowMillis();
      // Outside first: what was accepted is not taken again.
      const outside = ear.receive(bytes, nowMillis, ELSEWHERE);
      if (outside.kind === 'refused' && outside.reason === 'outside-region') roadsideUnits.refusedOutside++;
      if (ear.receive(bytes, nowMillis, SITE).kind === 'accepted') roadsideUnits.acceptedInside++;
    }
  } finally {
    await born.unit.close();
  }
}

async function specialVehicle(life: Life, domain: Domain): Promise<void> {
  const { bsm } = ccsa.aid;
  const { specialVehicles } = life.report;
  const wish = { permissions: [emergencyPermission(bsm)], region: AREA, hours: 30 * 24 };
  const rights = { sspRanges: [emergencyRange(bsm)], region: undefined };
  const born = await birth(life, domain, { name: 'ambulance', aids: [bsm], rights });
  try {
    specialVehicles.certificates += await certified(life, born, wish);
    const nowMillis = life.house.clock.nowMillis();
    const state = {
      ...life.road.state(0),
      latitudeDegrees: SITE.latitude / 1e7,
      longitudeDegrees: SITE.longitude / 1e7,
    };
    const emergency: BasicSafetyMessage = {
      ...toBsm(state, 0, new Uint8Array(8)),
      emergencyExt: { lightsUse: 'inUse' },
    };
    const spoken = await born.unit.sign(encodeBsmFrame(emergency), bsm, saysEmergency);
    const claim = required(spoken, 'the voice of a special vehicle');
    const impostor = life.fleet.car(0);
    // A first message carries the whole certificate. The same words under a pseudonym, which has no such bit.
    impostor.changePseudonym();
    const lie = required(await impostor.vehicle.sign(emergency, nowMillis), 'the voice of a car');
    for (const car of life.fleet.cars) {
      const ear = new Receiver(earOf(car));
      if (ear.receive(claim, nowMillis, SITE).kind === 'accepted') specialVehicles.emergenciesAccepted++;
      if (car === impostor) continue;
      const heard = ear.receive(lie.bytes, nowMillis, SITE);
      if (heard.kind === 'refused' && heard.reason === 'content-not-permitted') specialVehicles.impostorsRefused++;
    }
  } finally {
    await born.unit.close();
  }
}

const earOf = ({ vehicle }: Car) => ({
  profile: ccsa,
  trust: vehicle.trust,
  revocation: vehicle.revocation,
  verify: tablingVerifier(),
});

/** Registered by its operator with its rights, released, enrolled. */
async function birth(
  { house }: Life,
  domain: Domain,
  of: { name: string; aids: readonly number[]; rights: Parameters<AaaOperator['registerDevices']>[0]['rights'] },
): Promise<Unit> {
  const operator = house.operatorOf<AaaOperator>(`${domain}-aaa`, AAA_OPERATOR);
  const serial = `${of.name}-${randomUUID()}`;
  const order = { serials: [serial], aids: of.aids, rights: of.rights };
  const [device] = required(await operator.registerDevices(order), `the registration of the ${of.name}`);
  if (device === undefined) throw new Error(`the ${of.name} was not registered`);
  required(await operator.act(serial, 'release'), `the release of the ${of.name}`);
  const home: UnitHome = {
    trcla: await trclaOf(house),
    eca: await provisioned(house, `${domain}-eca`),
    ara: await provisioned(house, `${domain}-ara`),
    tcmfUrl: house.placedAt('tcmf').url,
    log: await demandedLog(house),
    aids: of.aids,
    country: CHINA,
  };
  const unit = await CertifiedUnit.open(join(house.fleetFolder, `${domain}-${of.name}`), {
    home,
    clock: house.clock,
    random: systemRandom,
    proveBirth: provesBySerial(device),
    verify: tablingVerifier(),
  });
  required(await unit.enrol(), `the enrolment of the ${of.name}`);
  return { unit, domain };
}

/** How many certificates came of the wish: one. */
async function certified(life: Life, { unit, domain }: Unit, wish: ApplicationWish): Promise<1> {
  const { n } = required(await unit.request(wish), `the request of a unit of domain ${domain}`);
  const outcome = await until(
    async () => {
      const answer = await unit.download(n);
      return isRefused(answer) && answer.reason === 'not-yet' ? undefined : answer;
    },
    {
      patienceMillis: PATIENCE_MILLIS,
      missing: () => `the certificate of a unit of domain ${domain} was not ready after ${PATIENCE_MILLIS / 1000} s`,
      ended: life.ended,
    },
  );
  required(outcome, `the certificate of a unit of domain ${domain}`);
  return 1;
}
