/** For everybody: the current list, and what it is. Who asks is neither known nor noted. */
import { Controller, Get, Header, Headers, HttpException, Inject, Query, Res, StreamableFile } from '@nestjs/common';
import {
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiProduces,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import { sm3 } from '#crypto/sm3.js';
import { hex } from '#crypto/bytes.js';
import { CRL_PATH } from '#edges/ee-lists/paths.js';
import { currentCrl, type CrlIssuer } from '../jobs/issue-crl.js';
import type { CrlCopy } from '../store/crl.store.js';

export const CRL_ISSUER = Symbol('CRL_ISSUER');
const STATUS_PATH = '/ydt/v1/crl-status';

interface Reply {
  status(code: number): Reply;
  setHeader(name: string, value: string): Reply;
}

const entityTag = (bytes: Uint8Array): string => `"${hex(sm3(bytes))}"`;

/** If-None-Match of RFC 9110 13.1.2: a list of tags, weak ones too, or `*`. */
function isKnown(tag: string, ifNoneMatch: string | undefined): boolean {
  const tags = (ifNoneMatch ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
  return tags.includes(tag) || tags.includes('*');
}

const STATUS_SCHEMA = {
  type: 'object',
  required: ['craca', 'crlSeries', 'number', 'iRev', 'indexWithinI', 'issueDate', 'nextCrl', 'entries', 'bytes', 'sm3'],
  properties: {
    craca: { type: 'string', description: 'HashedId8 of the CRACA, hex' },
    crlSeries: { type: 'integer' },
    number: { type: 'integer', description: 'counts every list of the series' },
    iRev: { type: 'integer', description: 'period of the seeds' },
    indexWithinI: { type: 'integer' },
    issueDate: { type: 'string', format: 'date-time' },
    nextCrl: { type: 'string', format: 'date-time' },
    entries: { type: 'integer', description: 'revoked chains' },
    bytes: { type: 'integer' },
    sm3: { type: 'string', description: 'of the list as served, hex' },
  },
};

@ApiTags('crl')
@Controller()
export class CrlController {
  constructor(@Inject(CRL_ISSUER) private readonly issuer: CrlIssuer) {}

  @Get(CRL_PATH)
  @Header('cache-control', 'no-cache')
  @ApiProduces('application/octet-stream')
  @ApiQuery({ name: 'craca', type: String, description: 'HashedId8 of the CRACA, hex' })
  @ApiQuery({ name: 'crlSeries', type: Number })
  @ApiHeader({ name: 'if-none-match', required: false })
  @ApiOkResponse({ description: 'the current SecuredCrl, COER' })
  @ApiResponse({ status: 304, description: 'unchanged' })
  @ApiNotFoundResponse({ description: 'no list of this CRACA and series here' })
  async crl(
    @Query('craca') craca: unknown,
    @Query('crlSeries') crlSeries: unknown,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: Reply,
  ): Promise<StreamableFile | undefined> {
    const isOurs = typeof craca === 'string' && crlSeries === String(this.issuer.series);
    const { copies } = isOurs ? await currentCrl(this.issuer) : { copies: [] };
    const copy = copies.find((one) => hex(one.craca) === String(craca).toLowerCase());
    if (copy === undefined) throw new HttpException({ refused: 'crl-unknown' }, 404);
    const { bytes } = copy;
    const tag = entityTag(bytes);
    reply.setHeader('etag', tag);
    if (isKnown(tag, ifNoneMatch)) {
      reply.status(304);
      return undefined;
    }
    return new StreamableFile(bytes, { type: 'application/octet-stream', length: bytes.length });
  }

  @Get(STATUS_PATH)
  @ApiOkResponse({ description: 'what the current list is', schema: STATUS_SCHEMA })
  async status(): Promise<object> {
    const { copies, ...list } = await currentCrl(this.issuer);
    const { number, iRev, indexWithinI, issueMillis, nextMillis, entries } = list;
    const [{ craca, bytes }] = copies as [CrlCopy];
    return {
      craca: hex(craca),
      crlSeries: this.issuer.series,
      number,
      iRev,
      indexWithinI,
      issueDate: new Date(issueMillis).toISOString(),
      nextCrl: new Date(nextMillis).toISOString(),
      entries,
      bytes: bytes.length,
      sm3: hex(sm3(bytes)),
    };
  }
}
