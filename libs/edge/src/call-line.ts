/** The caller's side of a line: signs, encrypts to the callee, and takes only the callee's own answer to this very call. */
import { decode, encode, tryDecode, type Codec } from '#coer/codec.js';
import { sm3 } from '#crypto/sm3.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { refused, type Refused } from '#credentials/refusal.js';
import { openSealed, sealToCertificate } from '#credentials/sealing.js';
import { asSignedData, isSignedWith, onlyCertificate, signData, signedPayload } from '#credentials/signed-data.js';
import type { Certificate } from '#wire/secured-data.js';
import { time64FromMillis } from '#wire/time.js';
import type { Edge, Port } from './edge.js';
import { LineRequest, LineResponse } from './line-messages.js';
import { speaksAs, type LineIdentity } from './line-identity.js';
import { LineFailure, type Transport } from './transport.js';

export interface Peer {
  /** Address of the callee's end of this line. */
  readonly address: string;
  /** The host name in the callee's certificate; which certificate that is, the trust lists say. */
  readonly hostname: string;
}

type AnyOperations = Record<string, { request: unknown; response: unknown }>;

/** The caller's port: each operation is one signed, encrypted, fresh exchange. Throws LineFailure when there is no valid answer. */
export function callLine<O extends AnyOperations>(
  edge: Edge<O>,
  peer: Peer,
  identity: LineIdentity,
  transport: Transport,
): Port<Edge<O>> {
  const port: Record<string, (request: unknown) => Promise<unknown>> = {};
  for (const [name, operation] of Object.entries(edge.operations)) {
    port[name] = async (request) => {
      const body = encode(operation.request as Codec<unknown>, request);
      const outcome = await exchange(edge, name, body, { peer, identity, transport });
      return outcome.kind === 'refused' ? outcome : decode(operation.response as Codec<unknown>, outcome.value);
    };
  }
  return port as Port<Edge<O>>;
}

interface Line {
  peer: Peer;
  identity: LineIdentity;
  transport: Transport;
}

async function exchange(
  edge: Edge<AnyOperations>,
  operation: string,
  body: Uint8Array,
  line: Line,
): Promise<{ kind: 'answer'; value: Uint8Array } | Refused> {
  const callee = calleeOf(edge, line);
  const payload = requestPayload(edge, operation, body, callee, line.identity);
  const signed = await signData(payload, { psid: line.identity.profile.aid.management }, line.identity.signer);
  const message = sealToCertificate(signed, callee, line.identity);
  const answer = await line.transport.call(line.peer.address, message);
  const { outcome } = await openAnswer(answer, sm3(payload), callee, line);
  return outcome.kind === 'answer' ? outcome : refused(outcome.value);
}

function requestPayload(
  edge: Edge<AnyOperations>,
  operation: string,
  body: Uint8Array,
  callee: Certificate,
  identity: LineIdentity,
): Uint8Array {
  return encode(LineRequest, {
    version: 1,
    line: edge.name,
    operation,
    callee: hashedId8(callee),
    nonce: identity.random.bytes(16),
    generationTime: time64FromMillis(identity.clock.nowMillis()),
    body,
  });
}

function calleeOf(edge: Edge<AnyOperations>, { peer, identity }: Line): Certificate {
  const listed = identity.trust.named(peer.hostname, identity.clock.nowMillis());
  if (listed === undefined || !speaksAs(listed.certificate, edge.callee, identity.profile.aid.management)) {
    throw new LineFailure(`${peer.hostname} stands on no current list as ${edge.callee}`);
  }
  return listed.certificate;
}

async function openAnswer(
  answer: Uint8Array,
  requestHash: Uint8Array,
  callee: Certificate,
  { identity, peer }: Line,
): Promise<LineResponse> {
  const opened = await openSealed(answer, hashedId8(identity.signer.certificate), identity.unwrap, identity.profile);
  const signed = opened && asSignedData(opened);
  const payload = signed && signedPayload(signed);
  const by = signed && onlyCertificate(signed.signer);
  if (signed === undefined || payload === undefined || by === undefined)
    throw new LineFailure(`${peer.hostname}: the answer is not signed and encrypted to us`);
  const isForLine = signed.tbsData.value.headerInfo.psid === identity.profile.aid.management;
  const genuine = isForLine && Buffer.compare(hashedId8(by), hashedId8(callee)) === 0 && isSignedWith(signed, callee);
  if (!genuine) throw new LineFailure(`${peer.hostname}: the answer is another's`);
  const response = tryDecode(LineResponse, payload);
  if (!response.ok || Buffer.compare(response.value.requestHash, requestHash) !== 0) {
    throw new LineFailure(`${peer.hostname}: the answer belongs to another request`);
  }
  return response.value;
}
