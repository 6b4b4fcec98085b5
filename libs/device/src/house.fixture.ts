/**
 * The authorities of a device as doubles behind one `fetch`: right in everything, until a test bends one answer. Real
 * certificates and keys come from the bench; no socket, no database.
 */
import { zipSync } from 'fflate';
import { decode, encode } from '#coer/codec.js';
import { blindCocoonKey, expandCocoonKeys, type CocoonKeys } from '#crypto/butterfly.js';
import { systemRandom } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';
import { smSuite } from '#crypto/suite.js';
import { newSm2PrivateKey } from '#crypto/sm2.js';
import { CRL_SERIES } from '#credentials/authority-certificate.js';
import { hashedId3, hashedId8, idKey, sm2EncryptionPoint } from '#credentials/certificate-facts.js';
import { issueUnlinted } from '#credentials/chain.fixture.js';
import { compressedOf, sm2VerificationKey } from '#credentials/keys-on-the-wire.js';
import { buildLinkedCrl, RevocationStore, signCrl } from '#credentials/linked-crl.js';
import { periodAt, periodValidity } from '#credentials/period.js';
import { ccsa } from '#credentials/profile.js';
import { openSealed, sealToKey } from '#credentials/sealing.js';
import { asSignedData, asSignedRequest, onlyCertificate, signData, unsecured } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import { TrustStore } from '#credentials/trust-store.js';
import { sm2Verify } from '#crypto/sm2.js';
import { ENROLMENT_PATH, EnrolmentRequest, SUCCESSOR_PATH } from '#edges/ee-eca/enrolment.js';
import { CA_CRL_PATH, CRL_PATH, CRL_UPDATES_PATH, TDCL_PATH, TRCL_PATH } from '#edges/ee-lists/paths.js';
import {
  AUTHORIZATION_PATH,
  DOWNLOAD_HEADER,
  infoName,
  itemName,
  parseBundleName,
  REPORT_PATH,
} from '#edges/ee-pra/provisioning.js';
import { memoryDevice } from '#keys/software-device.js';
import {
  CompositeCrl,
  ScmsPdu,
  type AcaEeCertResponse,
  type EcaEeCertResponse,
  type EeRaCertRequest,
  type SignedCertificateRequest,
} from '#wire/scms-pdu.js';
import { V2XSecData, type Certificate, type ToBeSignedCertificate } from '#wire/secured-data.js';
import { time32FromMillis } from '#wire/time.js';
import { authorityBench, ENCRYPTION_KEY, type Bench, type Member } from '../../../test/support/authority-bench.js';
import type { DeviceContext, Home } from './device-context.js';
import { memoryDeviceStore } from './device-store.js';
import { requestedTbs } from './enrolment-request.js';
import type { Fetch } from './http.js';

const context = { profile: ccsa, random: systemRandom };
const octets = (bytes: Uint8Array, init: ResponseInit = {}): Response =>
  new Response(bytes as Uint8Array<ArrayBuffer>, init);
const no = (status: number, code?: string, retryAfter?: number): Response =>
  new Response(null, {
    status,
    headers: {
      ...(code === undefined ? {} : { 'ieee-1609.2.1-error': code }),
      ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
    },
  });

/** A body that ends in a broken connection after so many bytes. */
const breaking = (bytes: Uint8Array, after: number): ReadableStream =>
  new ReadableStream({
    start(controller): void {
      if (after > 0) controller.enqueue(bytes.slice(0, after));
    },
    pull: (controller) => controller.error(new Error('connection reset')),
  });

interface Requested {
  readonly content: EeRaCertRequest;
  readonly hash: Uint8Array;
}

/** What a connection for a bundle asked for beyond the file, and how much it was given. */
export interface Conversation {
  readonly ifNoneMatch: string | undefined;
  readonly range: string | undefined;
  readonly status: number;
  readonly bytes: number;
}

/** What a test may bend; each gets the right value. */
export interface Bends {
  enrolment: {
    tbs?: (tbs: ToBeSignedCertificate) => ToBeSignedCertificate;
    response?: (response: EcaEeCertResponse) => EcaEeCertResponse;
    signer?: Signer;
    issuer?: Signer;
    body?: (body: Uint8Array) => Uint8Array;
    status?: { status: number; code: string };
    silent?: boolean;
  };
  ack: { requestHash?: Uint8Array; signer?: Signer; nextDownloadMillis?: number; status?: Status; always?: Status };
  item: {
    tbs?: (tbs: ToBeSignedCertificate, j: number) => ToBeSignedCertificate;
    issuer?: Signer;
    signer?: Signer;
    sealedTo?: (cocoon: CocoonKeys) => Uint8Array;
    response?: (response: AcaEeCertResponse) => AcaEeCertResponse;
    bytes?: (bytes: Uint8Array, j: number) => Uint8Array;
  };
  bundle: {
    files?: (files: Record<string, Uint8Array>) => Record<string, Uint8Array>;
    zip?: (zip: Uint8Array) => Uint8Array;
    info?: { requestHash?: Uint8Array; nextDownloadMillis?: number };
    status?: Status;
    /** After how many bytes each of the next connections breaks. */
    breaks?: number[];
    tag?: (tag: string) => string | undefined;
    /** Of a part as it is sent. */
    part?: (part: Part) => Part;
  };
}

interface Part {
  readonly bytes: Uint8Array;
  readonly contentRange: string;
  readonly tag: string | undefined;
}

interface Status {
  readonly status: number;
  readonly code?: string;
  readonly retryAfter?: number;
}

export class DoubleHouse {
  bend: Bends = { enrolment: {}, ack: {}, item: {}, bundle: {} };
  /** What was handed in as reports, as it came. */
  readonly reports: { body: Uint8Array; header: string }[] = [];
  readonly calls: string[] = [];
  /** Requests for enrolment certificates, and by which certificate each was signed. */
  readonly enrolments: { request: Uint8Array; signedBy: Certificate | undefined }[] = [];
  /** By which certificate each download was asked for. */
  readonly downloaders: (Certificate | undefined)[] = [];
  readonly requests: Requested[] = [];
  readonly conversations: Conversation[] = [];
  /** Bundles that stay the same bytes, by file name, once a test asks for it. */
  private made: Map<string, Uint8Array> | undefined;
  private tdclBytes: Uint8Array | undefined;
  private crl: Uint8Array | undefined;
  /** What the root has revoked, once a test has it revoke somebody. */
  caCrl: Uint8Array | undefined;
  etags = true;

  private constructor(
    readonly bench: Bench,
    readonly domain: string,
  ) {}

  static async build(
    options: { domains?: readonly string[]; domain?: string; bench?: Bench } = {},
  ): Promise<DoubleHouse> {
    const { domain = 'a' } = options;
    const bench = options.bench ?? (await authorityBench({ domains: options.domains ?? ['a', 'b'] }));
    return new DoubleHouse(bench, domain);
  }

  member(name: string): Member {
    return this.bench.member(`${this.domain}-${name}`);
  }

  home(aids: readonly number[] = [111, 3629]): Home {
    return {
      trcla: this.bench.trcla.certificate,
      eca: { url: 'double://eca', certificate: this.member('eca').certificate },
      pra: { url: 'double://pra', certificate: this.member('pra').certificate },
      tcmfUrl: 'double://tcmf',
      aids,
      country: 156,
    };
  }

  /** A device that holds nothing yet, and the lists it will take. */
  async device(parts: Partial<DeviceContext> = {}): Promise<DeviceContext & { crls: RevocationStore }> {
    const trust = parts.trust ?? (await this.bench.trust());
    return {
      profile: ccsa,
      clock: this.bench.clock,
      random: systemRandom,
      keys: memoryDevice(systemRandom),
      store: memoryDeviceStore(),
      fetch: this.fetch,
      timeoutMillis: 200,
      home: this.home(),
      trust,
      verify: sm2Verify,
      crls: new RevocationStore(trust, ccsa),
      ...parts,
    };
  }

  emptyTrust = (): TrustStore => new TrustStore(this.bench.trcla.certificate);

  fetch: Fetch = async (url, init) => {
    this.calls.push(`${init.method} ${url}`);
    const path = url.replace(/^(double|bench):(\/\/)?[^/?]*/, '');
    const body = init.body ?? new Uint8Array();
    if (path === ENROLMENT_PATH || path === SUCCESSOR_PATH)
      return this.enrol(body, init.signal, path === SUCCESSOR_PATH);
    if (path === AUTHORIZATION_PATH && init.method === 'POST') return this.authorise(body);
    if (path.startsWith(`${AUTHORIZATION_PATH}?`))
      return this.bundle(new URLSearchParams(path.split('?')[1]), init.headers);
    if (path === REPORT_PATH) return this.report(body, init.headers);
    return this.list(path, init.headers);
  };

  private async open(name: string, body: Uint8Array): Promise<Uint8Array> {
    const { device, certificate } = this.member(name);
    const opened = await openSealed(body, hashedId8(certificate), (w) => device.unwrap(ENCRYPTION_KEY, w), ccsa);
    if (opened === undefined) throw new Error(`not sealed to ${name}`);
    return opened;
  }

  private async enrol(body: Uint8Array, signal: AbortSignal, isSuccessor: boolean): Promise<Response> {
    const bend = this.bend.enrolment;
    if (bend.silent === true)
      return new Promise((_, reject) =>
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
      );
    if (bend.status) return no(bend.status.status, bend.status.code);
    const opened = await this.open('eca', body);
    const request = isSuccessor ? opened : decode(EnrolmentRequest, opened).request;
    const asked = requestedTbs(request);
    if (asked === undefined) throw new Error('no request');
    const { signer } = asSignedRequest(request) as SignedCertificateRequest;
    this.enrolments.push({ request, signedBy: onlyCertificate(signer) });
    const eca = this.member('eca').signer;
    const tbs = {
      ...asked,
      validityPeriod: { ...asked.validityPeriod, duration: { kind: 'years', value: 1 } },
    } as const;
    const certificate = await issueUnlinted(bend.tbs?.(tbs) ?? tbs, bend.issuer ?? eca);
    const right: EcaEeCertResponse = {
      version: 1,
      requestHash: sm3(request).subarray(24),
      ecaCertChain: [eca.certificate],
      certificate,
    };
    const pdu: ScmsPdu = {
      version: 1,
      content: { kind: 'eca-ee', value: { kind: 'ecaEeCertResponse', value: bend.response?.(right) ?? right } },
    };
    const signed = await signData(encode(ScmsPdu, pdu), { psid: 3627 }, bend.signer ?? eca);
    const sealed = sealToKey(signed, sm2EncryptionPoint(asked.encryptionKey) as Uint8Array, context);
    return octets(bend.body?.(sealed) ?? sealed);
  }

  private async authorise(body: Uint8Array): Promise<Response> {
    const opened = await this.open('pra', body);
    const content = asSignedRequest(opened)?.tbsRequest.value.content;
    if (content?.kind !== 'ee-ra' || content.value.kind !== 'eeRaCertRequest') throw new Error('no request');
    this.requests.push({ content: content.value.value, hash: sm3(opened) });
    const { status, always } = this.bend.ack;
    if (always) return no(always.status, always.code, always.retryAfter);
    if (status && this.requests.at(-2)?.hash.join() === sm3(opened).join()) return no(status.status, status.code);
    const now = this.bench.clock.nowMillis();
    const requestHash = this.bend.ack.requestHash ?? sm3(opened).subarray(24);
    const nextDlTime = time32FromMillis(this.bend.ack.nextDownloadMillis ?? now);
    const value = { version: 1, generationTime: time32FromMillis(now), requestHash, nextDlTime };
    const pdu: ScmsPdu = { version: 1, content: { kind: 'ee-ra', value: { kind: 'raEeCertAck', value } } };
    const signer = this.bend.ack.signer ?? this.member('pra').signer;
    return octets(await signData(encode(ScmsPdu, pdu), { psid: 3627 }, signer), { status: 202 });
  }

  private async downloader(headers: Record<string, string>): Promise<Certificate | undefined> {
    const header = Object.entries(headers).find(([name]) => name.toLowerCase() === DOWNLOAD_HEADER.toLowerCase())?.[1];
    const signed = asSignedData(await this.open('pra', new Uint8Array(Buffer.from(header ?? '', 'base64'))));
    return signed && onlyCertificate(signed.signer);
  }

  /** From now on a bundle is the same bytes each time, as the PRA's are; another call makes all of them anew. */
  keepBundles(): void {
    this.made = new Map();
  }

  private async bundle(query: URLSearchParams, headers: Record<string, string>): Promise<Response> {
    const { status } = this.bend.bundle;
    if (status) return no(status.status, status.code, status.retryAfter);
    const filename = query.get('filename') ?? '';
    this.downloaders.push(await this.downloader(headers));
    const named = parseBundleName(filename);
    const asked = this.requests.find(
      ({ hash }) => named && Buffer.compare(hash.subarray(24), named.requestHash8) === 0,
    );
    if (named === undefined || asked === undefined) return no(404);
    const zip = this.made?.get(filename) ?? (await this.zip(asked, named));
    this.made?.set(filename, zip);
    return this.deliver(zip, headers);
  }

  private async zip(asked: Requested, named: { requestHash8: Uint8Array; i: number }): Promise<Uint8Array> {
    const { files: bendFiles, zip: bendZip, info } = this.bend.bundle;
    const files = await this.files(asked, named.i, info?.requestHash ?? named.requestHash8);
    const zip = zipSync(bendFiles?.(files) ?? files, { level: 0 });
    return bendZip?.(zip) ?? zip;
  }

  /** As the PRA does: a tag, one range of it, or nothing when it is there already. */
  private deliver(zip: Uint8Array, headers: Record<string, string>): Response {
    const { breaks, tag: bendTag, part } = this.bend.bundle;
    const right = `"${idKey(sm3(zip).subarray(0, 16))}"`;
    const tag = bendTag === undefined ? right : bendTag(right);
    const { range, 'if-none-match': ifNoneMatch, 'if-range': ifRange } = headers;
    const first = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
    const status =
      ifNoneMatch === right ? 304 : range === undefined || ifRange !== tag ? 200 : first < zip.length ? 206 : 416;
    const whole = { bytes: zip, contentRange: '', tag };
    const rest = { bytes: zip.slice(first), contentRange: `bytes ${first}-${zip.length - 1}/${zip.length}`, tag };
    const { bytes, contentRange, tag: sentTag } = status === 206 ? (part?.(rest) ?? rest) : whole;
    const after = breaks?.shift();
    const given = status === 200 || status === 206 ? Math.min(bytes.length, after ?? Infinity) : 0;
    this.conversations.push({ ifNoneMatch, range, status, bytes: given });
    const init = {
      status,
      headers: {
        ...(sentTag === undefined ? {} : { etag: sentTag }),
        ...(status === 206 ? { 'content-range': contentRange } : {}),
      },
    };
    if (status === 304 || status === 416) return new Response(null, init);
    return after === undefined ? octets(bytes, init) : new Response(breaking(bytes, after), init);
  }

  /** The files of a bundle by name. */
  async files(asked: Requested, i: number, requestHash: Uint8Array): Promise<Record<string, Uint8Array>> {
    const now = this.bench.clock.nowMillis();
    const nextDlTime = time32FromMillis(this.bend.bundle.info?.nextDownloadMillis ?? now);
    const value = { version: 1, generationTime: time32FromMillis(now), currentI: i, requestHash, nextDlTime };
    const pdu: ScmsPdu = { version: 1, content: { kind: 'ee-ra', value: { kind: 'raEeCertInfo', value } } };
    const files: Record<string, Uint8Array> = { [infoName(i)]: encode(V2XSecData, unsecured(encode(ScmsPdu, pdu))) };
    const { tbsCert, additionalParams } = asked.content;
    const key = tbsCert.verifyKeyIndicator;
    if (additionalParams?.kind !== 'original' || key.kind !== 'verificationKey' || key.value.kind !== 'ecsigSm2')
      throw new Error('other parameters');
    const params = additionalParams.value;
    const caterpillar = {
      signingKey: compressedOf(key.value.value) as Uint8Array,
      signingExpansion: params.signingExpansion.value,
      encryptionKey: sm2EncryptionPoint(params.encryptionKey) as Uint8Array,
      encryptionExpansion: params.encryptionExpansion.value,
    };
    for (const cocoon of expandCocoonKeys(smSuite, caterpillar, i, 20))
      files[itemName(i, cocoon.j)] = await this.item(cocoon, tbsCert);
    return files;
  }

  private async item(cocoon: CocoonKeys, asked: ToBeSignedCertificate): Promise<Uint8Array> {
    const bend = this.bend.item;
    const pca = this.member('pca').signer;
    const c = newSm2PrivateKey(systemRandom);
    const tbs: ToBeSignedCertificate = {
      id: { kind: 'linkageData', value: { iCert: cocoon.i, 'linkage-value': systemRandom.bytes(9) } },
      cracaId: hashedId3(this.member('cra').certificate),
      crlSeries: CRL_SERIES,
      validityPeriod: periodValidity(ccsa.epochMillis, cocoon.i),
      region: asked.region,
      appPermissions: [...(asked.appPermissions ?? [])].reverse(),
      verifyKeyIndicator: {
        kind: 'verificationKey',
        value: sm2VerificationKey(blindCocoonKey(smSuite, cocoon.signingKey, c)),
      },
    };
    const certificate = await issueUnlinted(bend.tbs?.(tbs, cocoon.j) ?? tbs, bend.issuer ?? pca);
    const right: AcaEeCertResponse = { version: 1, generationTime: 0, certificate, privateKeyInfo: c };
    const value = bend.response?.(right) ?? right;
    const pdu: ScmsPdu = { version: 1, content: { kind: 'aca-ee', value: { kind: 'acaEeCertResponse', value } } };
    const plain = encode(V2XSecData, unsecured(encode(ScmsPdu, pdu)));
    const sealed = sealToKey(plain, bend.sealedTo?.(cocoon) ?? cocoon.encryptionKey, context);
    const signed = await signData(sealed, { psid: 3627 }, bend.signer ?? pca);
    return bend.bytes?.(signed, cocoon.j) ?? signed;
  }

  private report(body: Uint8Array, headers: Record<string, string>): Response {
    this.reports.push({ body, header: headers['ieee-1609.2.1-authorization'] ?? '' });
    return new Response(null, { status: 202 });
  }

  /** Publishes another TDCL from now on. */
  publishTdcl(bytes: Uint8Array): void {
    this.tdclBytes = bytes;
  }

  /** Signs an empty CRL of this domain's CRA. */
  async emptyCrl(): Promise<Uint8Array> {
    const cra = this.member('cra').signer;
    const now = this.bench.clock.nowMillis();
    const contents = buildLinkedCrl({
      craca: cra.certificate,
      series: CRL_SERIES,
      entries: [],
      iRev: periodAt(ccsa.epochMillis, now),
      indexWithinI: 0,
      issueMillis: now,
      nextMillis: now + 8 * 86_400_000,
    });
    return signCrl(contents, cra, ccsa);
  }

  publishCrl(bytes: Uint8Array): void {
    this.crl = bytes;
  }

  /** Lists that bring a device from what it holds to the newest, by its question behind CRACA and series; none is published at first. */
  updates: ((held: string, series: string) => readonly Uint8Array[] | undefined) | undefined;

  private updatesAt(query: URLSearchParams): Uint8Array | undefined {
    const held = [...query].filter(([name]) => name !== 'craca' && name !== 'crlSeries').map((pair) => pair.join('='));
    const lists = this.updates?.(held.join('&'), query.get('crlSeries') ?? '');
    return lists && encode(CompositeCrl, { crl: lists.map((bytes) => decode(V2XSecData, bytes)) });
  }

  private async list(path: string, headers: Record<string, string>): Promise<Response> {
    const bytes = await this.listAt(path);
    if (bytes === undefined) return no(404, '400-74');
    const etag = `"${idKey(sm3(bytes).subarray(0, 8))}"`;
    if (this.etags && headers['if-none-match'] === etag) return new Response(null, { status: 304 });
    return octets(bytes, { headers: this.etags ? { etag } : {} });
  }

  private async listAt(path: string): Promise<Uint8Array | undefined> {
    if (path === TRCL_PATH) return this.bench.trcl;
    if (path.startsWith(`${TDCL_PATH}?`)) return (this.tdclBytes ??= await this.bench.tdcl([this.domain]));
    if (path === `${CA_CRL_PATH}?root=${idKey(hashedId8(this.bench.root.certificate))}`) return this.caCrl;
    const query = new URLSearchParams(path.split('?')[1]);
    if (query.get('craca') !== idKey(hashedId8(this.member('cra').certificate))) return undefined;
    if (path.startsWith(`${CRL_UPDATES_PATH}?`)) return this.updatesAt(query);
    if (!path.startsWith(`${CRL_PATH}?`) || query.get('crlSeries') !== String(CRL_SERIES)) return undefined;
    return (this.crl ??= await this.emptyCrl());
  }
}

/** A proof the double does not look at. */
export const anyBirth = (): Promise<{ kind: 'serial'; value: { serial: string; mac: Uint8Array } }> =>
  Promise.resolve({ kind: 'serial', value: { serial: 'CAR-0001', mac: new Uint8Array(32) } });
