/** The caller's side of a line: signs, encrypts to the callee, and takes only the callee's own answer to this very call. */
import { decode, encode, tryDecode, type Codec } from '#coer/codec.js';
import { hashedId8 } from '#credentials/certificate-facts.js';
import { refused, type Refused } from '#credentials/refusal.js';
import { asSignedData, isSignedWith, onlyCertificate, signData, signedPayload } from '#credentials/signed-data.js';
import type { ListedAuthority } from '#credentials/trust-store.js';
import { time64FromMillis } from '#wire/time.js';
import type { Edge, Port } from './edge.js';
import { hashOfRequest, LineRequest, LineResponse } from './line-messages.js';
import { speaksAs, type LineIdentity, type OwnCertificate } from './line-identity.js';
import { openLine, sealLine } from './line-sealing.js';
import { ownPeer } from './peer-certificate.js';
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
  const { identity, transport, peer } = line;
  const callee = calleeOf(edge, line);
  const request = requestFor(edge, operation, body, callee, identity);
  // Another certificate of ours may count when the answer comes: it is sealed for the one that asked.
  const own = { signer: identity.signer, unwrap: identity.unwrap };
  const header = { psid: identity.profile.aid.management };
  const signed = await signData(encode(LineRequest, request), header, own.signer);
  const answer = await transport.call(peer.address, sealLine(signed, callee.certificate, identity));
  const { outcome } = await openAnswer(answer, { requestHash: hashOfRequest(request), callee, own }, line);
  return outcome.kind === 'answer' ? outcome : refused(outcome.value);
}

function requestFor(
  edge: Edge<AnyOperations>,
  operation: string,
  body: Uint8Array,
  callee: ListedAuthority,
  identity: LineIdentity,
): LineRequest {
  return {
    version: 1,
    line: edge.name,
    operation,
    callee: hashedId8(callee.certificate),
    nonce: identity.random.bytes(16),
    generationTime: time64FromMillis(identity.clock.nowMillis()),
    body,
  };
}

/** The callee as the lists know it: of our own domain, where it has one of this name; who may call it is its own matter. */
function calleeOf(edge: Edge<AnyOperations>, { peer, identity }: Line): ListedAuthority {
  const { trust, clock, profile } = identity;
  const isCallee = ({ certificate }: ListedAuthority): boolean =>
    speaksAs(certificate, edge.callee, profile.aid.management);
  const ours = ownPeer(peer.hostname, edge.callee, identity);
  const listed = ours ?? trust.named(peer.hostname, clock.nowMillis(), isCallee);
  if (listed === undefined) throw new LineFailure(`${peer.hostname} stands on no current list as ${edge.callee}`);
  return listed;
}

async function openAnswer(
  answer: Uint8Array,
  asked: { requestHash: Uint8Array; callee: ListedAuthority; own: OwnCertificate },
  { identity, peer }: Line,
): Promise<LineResponse> {
  const opened = await openLine(answer, [asked.own], identity.profile);
  const signed = opened && asSignedData(opened.content);
  const payload = signed && signedPayload(signed);
  const by = signed && onlyCertificate(signed.signer);
  if (signed === undefined || payload === undefined || by === undefined)
    throw new LineFailure(`${peer.hostname}: the answer is not signed and encrypted to us`);
  const isForLine = signed.tbsData.value.headerInfo.psid === identity.profile.aid.management;
  const { certificate } = asked.callee;
  const isByCallee = Buffer.compare(hashedId8(by), hashedId8(certificate)) === 0;
  if (!isForLine || !isByCallee || !isSignedWith(signed, certificate, identity.trust.verifierOf(asked.callee)))
    throw new LineFailure(`${peer.hostname}: the answer is another's`);
  const response = tryDecode(LineResponse, payload);
  if (!response.ok || Buffer.compare(response.value.requestHash, asked.requestHash) !== 0) {
    throw new LineFailure(`${peer.hostname}: the answer belongs to another request`);
  }
  return response.value;
}
