/** What anybody may fetch: TRCL, TDCL and CA CRL of a root, its chain, and a JSON summary. Lists are signed; the line needs no secrecy. */
import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiProduces, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CA_CRL_PATH, TDCL_PATH, TRCL_PATH } from '#edges/ee-lists/paths.js';
import { chainOf } from '../domain/chain-file.js';
import { entityTag, namesTag } from '../domain/entity-tag.js';
import type { PublishedListStore } from '../store/published-list.store.js';
import { ListsSummary, summarise } from './ee-lists.dto.js';

export const LISTS = Symbol('LISTS');
/** GET, `?root=<HashedId8 hex>`: the root and all authorities of its TDCL, as the chain file of CertManagementPdu. */
export const CHAIN_PATH = '/ydt/v1/ca-certificate';
const SUMMARY_PATH = '/ydt/v1/lists';
const OCTETS = 'application/octet-stream';
const ROOT_ID = /^[0-9a-f]{16}$/i;

/** The part of a response that is used here. */
interface Answer {
  status(code: number): Answer;
  setHeader(name: string, value: string): Answer;
  end(body?: Uint8Array): void;
}
interface File {
  readonly bytes: Uint8Array;
  readonly sm3: string;
}

@ApiTags('lists')
@Controller()
export class EeListsController {
  constructor(@Inject(LISTS) private readonly lists: PublishedListStore) {}

  @Get(TRCL_PATH)
  @ApiProduces(OCTETS)
  @ApiOkResponse({ description: 'RootCtl, COER', schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 304, description: 'If-None-Match names the current list' })
  @ApiResponse({ status: 404, description: 'Nothing is published yet' })
  async trcl(@Headers('if-none-match') held: string | undefined, @Res() response: Answer): Promise<void> {
    answerFile(response, await this.lists.find('trcl'), held);
  }

  @Get(TDCL_PATH)
  @ApiQuery({ name: 'root', type: String, description: 'HashedId8 of the root, 16 hex digits' })
  @ApiProduces(OCTETS)
  @ApiOkResponse({ description: 'PkiCtl, COER', schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 304, description: 'If-None-Match names the current list' })
  @ApiResponse({ status: 404, description: 'No such root on the current TRCL, or no list of it' })
  async tdcl(
    @Query('root') root: unknown,
    @Headers('if-none-match') held: string | undefined,
    @Res() response: Answer,
  ): Promise<void> {
    if (!isRootId(root)) return refuseQuery(response);
    answerFile(response, await this.lists.find('tdcl', root.toLowerCase()), held);
  }

  @Get(CA_CRL_PATH)
  @ApiQuery({ name: 'root', type: String, description: 'HashedId8 of the root, 16 hex digits' })
  @ApiProduces(OCTETS)
  @ApiOkResponse({
    description: 'What this root has revoked: V2XSecData with CrlContents, COER',
    schema: { type: 'string', format: 'binary' },
  })
  @ApiResponse({ status: 304, description: 'If-None-Match names the current list' })
  @ApiResponse({ status: 404, description: 'No such root on the current TRCL, or it has revoked nobody' })
  async caCrl(
    @Query('root') root: unknown,
    @Headers('if-none-match') held: string | undefined,
    @Res() response: Answer,
  ): Promise<void> {
    if (!isRootId(root)) return refuseQuery(response);
    answerFile(response, await this.lists.find('ca-crl', root.toLowerCase()), held);
  }

  @Get(CHAIN_PATH)
  @ApiQuery({ name: 'root', type: String, description: 'HashedId8 of the root, 16 hex digits' })
  @ApiProduces(OCTETS)
  @ApiOkResponse({ description: 'ScmsPdu with certificateChain, COER', schema: { type: 'string', format: 'binary' } })
  @ApiResponse({ status: 304, description: 'If-None-Match names the current file' })
  @ApiResponse({ status: 404, description: 'No such root on the current TRCL, or no list of it' })
  async chain(
    @Query('root') root: unknown,
    @Headers('if-none-match') held: string | undefined,
    @Res() response: Answer,
  ): Promise<void> {
    if (!isRootId(root)) return refuseQuery(response);
    const [trcl, tdcl] = [await this.lists.find('trcl'), await this.lists.find('tdcl', root.toLowerCase())];
    answerFile(response, trcl && tdcl && chainOf(trcl, tdcl), held);
  }

  @Get(SUMMARY_PATH)
  @ApiOkResponse({ type: ListsSummary })
  async summary(): Promise<ListsSummary> {
    return summarise(await this.lists.served());
  }
}

const isRootId = (root: unknown): root is string => typeof root === 'string' && ROOT_ID.test(root);

/** A query that names no root: the standard's parse error (400-42). */
function refuseQuery(response: Answer): void {
  response.status(400).setHeader('ieee-1609.2.1-error', '400-42').end();
}

/** Holders ask each time and are told in a few bytes that nothing is new: a root that is gone must be gone at once (TL4). */
function answerFile(response: Answer, file: File | undefined, held: string | undefined): void {
  if (file === undefined) return response.status(404).end();
  const tag = entityTag(file.sm3);
  response.setHeader('etag', tag).setHeader('cache-control', 'public, no-cache');
  if (namesTag(held, tag)) return response.status(304).end();
  response.status(200).setHeader('content-type', OCTETS).end(file.bytes);
}
