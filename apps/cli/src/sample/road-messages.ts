/** Messages of the road, and reports about them. */
import { encode, type Infer } from '#coer/codec.js';
import { decodeSecured, signData } from '#credentials/signed-data.js';
import { signSpdu } from '#credentials/spdu.js';
import { MisbehaviourReport, MisbehaviourReportData } from '#wire/misbehaviour-report.js';
import { time64FromMillis } from '#wire/time.js';
import type { DeviceName, House } from './house.js';
import type { Made } from './made.js';
import { bsmOf, placeOf } from './payloads.js';
import { sealedTo } from './pdus.js';
import { ROADSIDE_AIDS, roadsideMessage, type RoadsideKind } from './roadside-payloads.js';

/** A signed BSM of the moment. */
export async function bsmSpdu(house: House, name: DeviceName, named: 'certificate' | 'digest'): Promise<Made> {
  const by = await house.member(name);
  const { profile, atMillis } = house;
  const payload = bsmOf(profile, house.dice(`BSM of ${name}`).bytes(8), atMillis % 60_000);
  const bytes = await signSpdu({ payload, aid: profile.aid.bsm, generationTimeMillis: atMillis, signer: by, named });
  return { bytes, by };
}

/** A message of a roadside unit, signed with its certificate. */
export async function roadsideSpdu(house: House, kind: RoadsideKind): Promise<Made> {
  const by = await house.member('ac');
  const { atMillis } = house;
  const payload = roadsideMessage(kind, house.dice(`${kind} of ac`).bytes(8), atMillis);
  const aid = ROADSIDE_AIDS[kind];
  const bytes = await signSpdu({ payload, aid, generationTimeMillis: atMillis, signer: by, named: 'certificate' });
  return { bytes, by };
}

/** A signed BSM, encrypted for the one who may be known by name. */
export async function encryptedSpdu(house: House): Promise<Made> {
  const { bytes, by } = await bsmSpdu(house, 'pc', 'certificate');
  return { bytes: sealedTo(house, bytes, await house.member('identity'), 'spdu'), by };
}

/** V2xPduStream type of a V2XSecData; ETSI TS 103 759. */
const SECURED_DATA = 2;
/** Target speed, observation that it changed by too much. */
const SPEED_TARGET = { tgtId: 4, observations: [{ obsId: 5, obs: new Uint8Array() }] };

/** A pseudonym reports the message of another; the report of both standards has one form. */
async function reportOf(house: House): Promise<MisbehaviourReport> {
  const { latitude, longitude, height } = placeOf(house.profile);
  const { bytes } = await bsmSpdu(house, 'pc-revoked', 'certificate');
  return {
    generationTime: time64FromMillis(house.atMillis),
    observationLocation: { latitude, longitude, elevation: height + 4096 },
    report: {
      aid: house.profile.aid.bsm,
      content: {
        observations: [SPEED_TARGET],
        v2xPduEvidence: [{ type: SECURED_DATA, v2xPdus: [bytes], subjectPduIndex: 0 }],
        nonV2xPduEvidence: [],
      },
    },
  };
}

/** Version 1 of the frame in both profiles: SaeJ3287Data, and ours, which has its bytes. */
export async function misbehaviourReport(house: House, form: 'plaintext' | 'signed' | 'sTE'): Promise<Made> {
  const report = await reportOf(house);
  const frame = (content: Infer<typeof MisbehaviourReportData>['content']): Uint8Array =>
    encode(MisbehaviourReportData, { version: 1, content });
  if (form === 'plaintext') return { bytes: frame({ kind: form, value: report }), by: undefined };
  const by = await house.member('pc');
  const signed = await signData(encode(MisbehaviourReport, report), { psid: house.profile.aid.misbehaviour }, by);
  const data = form === 'signed' ? signed : sealedTo(house, signed, await house.member('ma'), 'report');
  return { bytes: frame({ kind: form, value: decodeSecured(data) }), by };
}
