/** Misbehaviour reports of SAE J3287, of ETSI TS 103 759 and of ours in their bytes, and the spellings they forbid. */
import { decode, encode, type Codec } from '#coer/codec.js';
import { CoerError } from '#coer/coer-error.js';
import { hex } from '../../../test/support/hex.js';
import { meetBentBytes } from './bent-bytes.fixture.js';
import type { MisbehaviourReport } from './misbehaviour-report.js';
import {
  AidSpecificReport,
  EtsiTs103759Data,
  EtsiTs103759Mbr,
  MisbehaviourReportData,
  NonV2xPduEvidenceItem,
  ObservationsByTarget,
  SaeJ3287Data,
  TemplateAsr,
  V2xPduStream,
} from './misbehaviour-report.js';
import { reportContent } from './report-content.js';
import type { V2XSecData } from './secured-data.js';
import {
  CERT,
  certificate,
  ENCRYPTED,
  encrypted,
  expectBothWays,
  expectSameBytes,
  open,
  signed,
  spell,
} from './spellings.fixture.js';

/**
 * One observation (longitudinal acceleration too large), one message, no other evidence: what the public tool makes.
 */
const ASR = '01 01 05 01 01 02 04 00 | 01 01 00 02 01 01 03 aabbcc 00 | 01 00';
const asr: TemplateAsr = {
  observations: [{ tgtId: 5, observations: [{ obsId: 4, obs: hex('') }] }],
  v2xPduEvidence: [{ type: 2, v2xPdus: [hex('aabbcc')], subjectPduIndex: 0 }],
  nonV2xPduEvidence: [],
};
const WHEN_AND_WHERE = '0001CF394A367009 17c841c0 ffffffff 1000';
const whenAndWhere = {
  generationTime: 0x0001cf394a367009n,
  observationLocation: { latitude: 399_000_000, longitude: -1, elevation: 4096 },
};
const MBR = `${WHEN_AND_WHERE} 01 20 ${open(ASR)}`;
const mbr: EtsiTs103759Mbr = { ...whenAndWhere, report: { aid: 32, content: hex(ASR) } };
const sealed = encrypted as unknown as V2XSecData;

it.each([
  spell('TemplateAsr', TemplateAsr, asr, ASR),
  spell(
    'observations of several detectors, one with a value',
    ObservationsByTarget,
    {
      tgtId: 1,
      observations: [
        { obsId: 1, obs: hex('0205a0') },
        { obsId: 9, obs: hex('') },
      ],
    },
    '01 01 02 05 01 03 0205a0 02 09 00',
  ),
  spell('a target without observations', ObservationsByTarget, { tgtId: 0, observations: [] }, '00 01 00'),
  spell(
    'a stream with the certificate of its sender',
    V2xPduStream,
    { type: 1, v2xPdus: [hex('aa'), hex('')], certificate, subjectPduIndex: 1 },
    `40 01 01 02 01 aa 00 ${CERT} 01`,
  ),
  spell('evidence of other kinds', NonV2xPduEvidenceItem, { id: 7, evidence: hex('aabb') }, '07 02 aabb'),
  spell('the report of two standards', EtsiTs103759Mbr, mbr, MBR),
  spell('SAE, in the open', SaeJ3287Data, { version: 1, content: { kind: 'plaintext', value: mbr } }, `01 80 ${MBR}`),
  spell('SAE, sealed', SaeJ3287Data, { version: 1, content: { kind: 'sTE', value: sealed } }, `01 82 ${ENCRYPTED}`),
  spell(
    'ETSI, in the open',
    EtsiTs103759Data,
    { version: 3, content: { kind: 'plaintext', value: mbr } },
    `03 80 ${MBR}`,
  ),
  spell(
    'ETSI, sealed',
    EtsiTs103759Data,
    { version: 3, content: { kind: 'sTE', value: sealed } },
    `03 82 ${ENCRYPTED}`,
  ),
  spell(
    'ours, in the open',
    MisbehaviourReportData,
    { version: 1, content: { kind: 'plaintext', value: { ...whenAndWhere, report: { aid: 111, content: asr } } } },
    `01 80 ${WHEN_AND_WHERE} 01 6F ${open(ASR)}`,
  ),
])('writes and reads %s', (_, codec, value, bytes) => expectBothWays(codec, value, bytes));

it('a signed report, without a time in its header', () => {
  const data = expectSameBytes(SaeJ3287Data, `01 81 ${signed(MBR, '01 26')}`);
  if (data.content.kind !== 'signed' || data.content.value.content.kind !== 'signedData') throw new Error('not signed');
  const { payload, headerInfo } = data.content.value.content.value.tbsData.value;
  expect(headerInfo).toEqual({ psid: 38 });
  if (payload.data?.content.kind !== 'unsecuredData') throw new Error('no report');
  expect(decode(EtsiTs103759Mbr, payload.data.content.value)).toEqual(mbr);
});

it('ours is a SaeJ3287Data like every other', () => {
  const ours: MisbehaviourReport = { ...whenAndWhere, report: { aid: 111, content: asr } };
  const bytes = encode(MisbehaviourReportData, { version: 1, content: { kind: 'plaintext', value: ours } });
  const { content } = decode(SaeJ3287Data, bytes);
  if (content.kind !== 'plaintext') throw new Error('not in the open');
  expect(reportContent(content.value.report)).toEqual({ kind: 'template', value: asr });
});

describe('the content follows from the application', () => {
  it.each([32, 36, 111])('a template for %i', (aid) => {
    expect(reportContent({ aid, content: hex(ASR) })).toEqual({ kind: 'template', value: asr });
    expect(() => reportContent({ aid, content: hex('') })).toThrow(CoerError);
    expect(() => reportContent({ aid, content: hex(`${ASR} 00`) })).toThrow(CoerError);
  });

  it.each([37, 270_549_119])('nothing for %i, and what a later edition says is kept', (aid) => {
    expect(reportContent({ aid, content: hex('') })).toEqual({ kind: 'nothing' });
    expect(reportContent({ aid, content: hex('aa') })).toEqual({ kind: 'unknown', value: hex('aa') });
  });

  it.each([0, 33, 38])('unknown for %i', (aid) => {
    expect(reportContent({ aid, content: hex('aa') })).toEqual({ kind: 'unknown', value: hex('aa') });
    expect(reportContent({ aid, content: hex('') }).kind).toBe('unknown');
  });

  it('the application of no application takes five bytes', () => {
    expectBothWays(AidSpecificReport, { aid: 270_549_119, content: hex('') }, '04 1020407F 00');
  });
});

describe('forbidden spellings', () => {
  it.each<[string, Codec<unknown>, string]>([
    ['a report without observations', TemplateAsr, '01 00 | 01 01 00 02 01 01 03 aabbcc 00 | 01 00'],
    ['a report without messages', TemplateAsr, '01 01 05 01 01 02 04 00 | 01 00 | 01 00'],
    ['an observation with trailing bytes', ObservationsByTarget, '05 01 01 03 04 00 00'],
    ['an observation without its value', ObservationsByTarget, '05 01 01 01 04'],
    ['a stream without messages', V2xPduStream, '00 02 01 00 00'],
    ['a stream of 256 messages', V2xPduStream, `00 02 02 0100 ${'00'.repeat(256)} 00`],
    ['a set padding bit of a stream', V2xPduStream, '20 02 01 01 00 00'],
    ['a fourth form of SAE', SaeJ3287Data, '01 83 00'],
    ['a fourth form of ETSI that is not wrapped', EtsiTs103759Data, `03 83 ${MBR}`],
    ['a report of ours that has no template', MisbehaviourReportData, `01 80 ${WHEN_AND_WHERE} 01 25 00`],
  ])('refuses %s', (_, codec, bytes) => {
    expect(() => decode(codec, hex(bytes))).toThrow(CoerError);
  });

  it('an addition to a stream is skipped', () => {
    expect(decode(V2xPduStream, hex('80 02 01 01 00 00 02 07 80 01 aa'))).toEqual({
      type: 2,
      v2xPdus: [hex('')],
      subjectPduIndex: 0,
    });
  });
});

describe('bent bytes that are accepted are the one spelling of their value', () => {
  it.each<[string, Codec<unknown>]>([
    ['SaeJ3287Data', SaeJ3287Data],
    ['EtsiTs103759Data', EtsiTs103759Data],
    ['TemplateAsr', TemplateAsr],
  ])('%s', (_, codec) => {
    const met = meetBentBytes(codec);
    expect(met.accepted).toBeGreaterThan(100);
    expect(met.refused).toBeGreaterThan(100);
  });
});
