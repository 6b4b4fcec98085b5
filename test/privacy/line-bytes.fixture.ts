/** Opens what two authorities said to each other, with both their keys: what the callee heard, and what the caller did. */
import { decode } from '#coer/codec.js';
import type { House } from '#apps/all-in-one/src/house/house.js';
import { hashedId8, idKey } from '#credentials/certificate-facts.js';
import { ccsa } from '#credentials/profile.js';
import { asSignedData, onlyCertificate, signedPayload } from '#credentials/signed-data.js';
import { LineRequest, LineResponse } from '#edge/line-messages.js';
import { ownCertificates, type LineIdentity } from '#edge/line-identity.js';
import { openLine } from '#edge/line-sealing.js';
import type { Certificate } from '#wire/secured-data.js';
import type { Exchange } from './life.fixture.js';

export interface SpokenLine {
  readonly edge: string;
  readonly caller: string;
  readonly callee: string;
  readonly request: LineRequest;
  readonly response: LineResponse;
  /** As they crossed the network. */
  readonly sealedRequest: Uint8Array;
  readonly sealedResponse: Uint8Array;
}

const LINE_PATH = /\/lines\/([a-z.-]+)$/;

export const isLine = ({ url }: Pick<Exchange, 'url'>): boolean => LINE_PATH.test(url);

export async function openLines(house: House, exchanges: readonly Exchange[]): Promise<SpokenLine[]> {
  const names = new Map(
    [...house.running].map(([instance, { context }]) => [idKey(hashedId8(context.certificate)), instance]),
  );
  const spoken: SpokenLine[] = [];
  for (const exchange of exchanges.filter((one) => isLine(one) && one.response.length > 0)) {
    const callee = house.placed.find(({ url }) => exchange.url.startsWith(`${url}/`))?.instance ?? '';
    const heard = await open(exchange.request, house.at(callee).context.identity);
    // A call that came too late or too early for a caller's list is refused without an answer to open.
    if (heard === undefined) continue;
    const caller = names.get(idKey(hashedId8(heard.by))) ?? '';
    const answered = await open(exchange.response, house.at(caller).context.identity);
    if (answered === undefined) continue;
    spoken.push({
      edge: LINE_PATH.exec(exchange.url)?.[1] ?? '',
      caller,
      callee,
      request: decode(LineRequest, heard.payload),
      response: decode(LineResponse, answered.payload),
      sealedRequest: exchange.request,
      sealedResponse: exchange.response,
    });
  }
  return spoken;
}

async function open(
  message: Uint8Array,
  identity: LineIdentity,
): Promise<{ payload: Uint8Array; by: Certificate } | undefined> {
  const opened = await openLine(message, ownCertificates(identity), ccsa);
  const signed = opened && asSignedData(opened.content);
  const payload = signed && signedPayload(signed);
  const by = signed && onlyCertificate(signed.signer);
  return payload === undefined || by === undefined ? undefined : { payload, by };
}
