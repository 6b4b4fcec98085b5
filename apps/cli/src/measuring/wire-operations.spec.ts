import { decodeMessageFrame, type MessageFrame } from '#uper/messages/message-frame.js';
import type { CrlContents } from '#wire/crl.js';
import { decode, encode, encodeAfresh } from '#coer/codec.js';
import { Certificate } from '#wire/secured-data.js';
import { wireOperations, type WireOperation } from './wire-operations.js';

const operations = await wireOperations();
const named = (op: string): WireOperation => operations.find((one) => one.op === op) as WireOperation;

it('the operations that are measured are these', () => {
  expect(operations.map(({ op }) => op)).toEqual([
    'decode-pseudonym-certificate',
    'encode-pseudonym-certificate',
    'decode-signed-bsm-spdu-with-certificate',
    'encode-signed-bsm-spdu-with-certificate',
    'decode-linked-crl-10000',
    'encode-linked-crl-10000',
    'decode-scms-pdu',
    'encode-scms-pdu',
    ...['bsm', 'map', 'spat', 'rsi', 'rsm'].flatMap((kind) => [`decode-${kind}`, `encode-${kind}`]),
  ]);
});

it('each call has another subject', () => {
  const { call } = named('encode-pseudonym-certificate');
  const written = Array.from({ length: 16 }, () => Buffer.from(call() as Uint8Array).toString('hex'));
  expect(new Set(written).size).toBe(16);
});

it('what is written can be read, and is what was read', () => {
  const bytes = named('encode-pseudonym-certificate').call() as Uint8Array;
  expect(encode(Certificate, decode(Certificate, bytes))).toEqual(bytes);
  const value = named('decode-pseudonym-certificate').call() as Certificate;
  expect(Buffer.compare(encodeAfresh(Certificate, value), value.bytes)).toBe(0);
});

it.each(['bsm', 'map', 'spat', 'rsi', 'rsm'])('a frame is of the kind that is measured: %s', (kind) => {
  const frame = named(`decode-${kind}`).call() as MessageFrame;
  expect(frame.kind).toBe(`${kind}Frame`);
  const written = decodeMessageFrame(named(`encode-${kind}`).call() as Uint8Array);
  expect([written.kind, Object.keys(written.value)]).toEqual([frame.kind, Object.keys(frame.value)]);
});

it('the list has ten thousand entries', () => {
  const { typeSpecific } = named('decode-linked-crl-10000').call() as CrlContents;
  if (typeSpecific.kind !== 'fullLinkedCrl') throw new Error(typeSpecific.kind);
  expect(typeSpecific.value.individual?.[0]?.contents[0]?.contents[0]?.contents.length).toBe(10_000);
});
