/** For everybody: the lists, what they are, and what they say of one certificate. Who asks is neither known nor noted. */
import { Controller, Get, HttpException, Inject, Query, Req, Res } from '@nestjs/common';
import {
  ApiHeader,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiProduces,
  ApiQuery,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { IncomingMessage } from 'node:http';
import { hex } from '#crypto/bytes.js';
import { sm3 } from '#crypto/sm3.js';
import { CERTIFICATE_STATUS_PATH, CRL_PATH, CRL_STATUS_PATH, CRL_UPDATES_PATH } from '#edges/ee-lists/paths.js';
import { currentLists, type CrlIssuer } from '../jobs/issue-crl.js';
import type { Body } from '../jobs/publication.js';
import { standingOnline, type OnlineStanding } from '../jobs/online-status.js';
import type { CrlCopy } from '../store/crl.store.js';
import { bodyFor, issuerOf, numberIn, type Asked } from './asked-lists.js';
import { sendBody, type Reply } from './send-body.js';

export const CRL_ISSUERS = Symbol('CRL_ISSUERS');

const STATUS_SCHEMA = {
  type: 'object',
  required: ['craca', 'crlSeries', 'number', 'iRev', 'indexWithinI', 'issueDate', 'nextCrl', 'entries', 'bytes', 'sm3'],
  properties: {
    craca: { type: 'string', description: 'HashedId8 of the CRACA, hex' },
    crlSeries: { type: 'integer' },
    number: { type: 'integer', description: 'counts every list of the series' },
    kind: { type: 'string', enum: ['full', 'delta'] },
    iRev: { type: 'integer', description: 'period of the seeds' },
    indexWithinI: { type: 'integer' },
    issueDate: { type: 'string', format: 'date-time' },
    nextCrl: { type: 'string', format: 'date-time' },
    entries: { type: 'integer', description: 'revoked with it and those it follows' },
    bytes: { type: 'integer' },
    sm3: { type: 'string', description: 'of the list as served, hex' },
  },
};

const unknown = (): HttpException => new HttpException({ refused: 'crl-unknown' }, 404);
@ApiTags('crl')
@Controller()
export class CrlController {
  constructor(@Inject(CRL_ISSUERS) private readonly issuers: readonly CrlIssuer[]) {}

  @Get(CRL_PATH)
  @ApiProduces('application/octet-stream')
  @ApiQuery({ name: 'craca', type: String, description: 'HashedId8 of the CRACA, hex' })
  @ApiQuery({ name: 'crlSeries', type: Number, description: '1 by linkage seed, 2 by hash' })
  @ApiHeader({ name: 'if-none-match', required: false })
  @ApiHeader({ name: 'range', required: false, description: 'one range of bytes' })
  @ApiOkResponse({ description: 'the last full SecuredCrl, COER; what came since, crl-updates has' })
  @ApiResponse({ status: 206, description: 'the part that was asked for' })
  @ApiResponse({ status: 304, description: 'unchanged' })
  @ApiNotFoundResponse({ description: 'no list of this CRACA and series here' })
  async crl(@Query() asked: Asked, @Req() { headers }: IncomingMessage, @Res() reply: Reply): Promise<void> {
    sendBody(await this.bodyOf('full', asked), headers, reply);
  }

  @Get(CRL_UPDATES_PATH)
  @ApiProduces('application/octet-stream')
  @ApiQuery({ name: 'craca', type: String, description: 'HashedId8 of the CRACA, hex' })
  @ApiQuery({ name: 'crlSeries', type: Number, description: '1 by linkage seed, 2 by hash' })
  @ApiQuery({ name: 'iRev', type: Number, required: false, description: 'of the list that is held, of series 1' })
  @ApiQuery({
    name: 'indexWithinI',
    type: Number,
    required: false,
    description: 'of the list that is held, of series 1',
  })
  @ApiQuery({ name: 'crlSerial', type: Number, required: false, description: 'of the list that is held, of series 2' })
  @ApiOkResponse({ description: 'CompositeCrl, COER: the deltas that follow, or the full list and what follows that' })
  @ApiResponse({ status: 304, description: 'unchanged' })
  @ApiNotFoundResponse({ description: 'no list of this CRACA and series here' })
  async updates(@Query() asked: Asked, @Req() { headers }: IncomingMessage, @Res() reply: Reply): Promise<void> {
    sendBody(await this.bodyOf('updates', asked), headers, reply);
  }

  @Get(CRL_STATUS_PATH)
  @ApiQuery({ name: 'crlSeries', type: Number, required: false, description: '1 when absent' })
  @ApiOkResponse({ description: 'what the newest list is', schema: STATUS_SCHEMA })
  async status(@Query('crlSeries') series: unknown): Promise<object> {
    const issuer = this.issuerOf(series ?? '1');
    const { last } = await currentLists(issuer);
    if (last === undefined) throw unknown();
    const { number, kind, iRev, indexWithinI, issueMillis, nextMillis, entries, copies } = last;
    const [{ craca, bytes }] = copies as [CrlCopy];
    return {
      craca: hex(craca),
      crlSeries: issuer.lists.series,
      ...{ number, kind, iRev, indexWithinI },
      issueDate: new Date(issueMillis).toISOString(),
      nextCrl: new Date(nextMillis).toISOString(),
      entries,
      bytes: bytes.length,
      sm3: hex(sm3(bytes)),
    };
  }

  @Get(CERTIFICATE_STATUS_PATH)
  @ApiQuery({ name: 'certificate', type: String, required: false, description: 'HashedId10, hex' })
  @ApiQuery({ name: 'iCert', type: Number, required: false })
  @ApiQuery({ name: 'linkageValue', type: String, required: false, description: '9 bytes, hex' })
  @ApiOkResponse({ description: 'standing by the newest list: revoked, not-listed; not signed' })
  @ApiNotFoundResponse({ description: 'a period that the lists say nothing of' })
  async certificateStatus(@Query() asked: Asked): Promise<OnlineStanding> {
    const standing = await standingOnline(this.issuers, {
      certificate: asked['certificate'],
      iCert: numberIn(asked['iCert']),
      linkageValue: asked['linkageValue'],
    });
    if (standing === undefined) throw unknown();
    return standing;
  }

  private issuerOf(series: unknown): CrlIssuer {
    const issuer = issuerOf(series, this.issuers);
    if (issuer === undefined) throw unknown();
    return issuer;
  }

  private async bodyOf(what: 'full' | 'updates', asked: Asked): Promise<Body> {
    await currentLists(this.issuerOf(asked['crlSeries']));
    const body = bodyFor(what, asked, this.issuers);
    if (body === undefined) throw unknown();
    return body;
  }
}
