/** The log for everybody: its head, its entries, its proofs; and the door for what is to be logged. */
import { Body, Controller, Get, HttpCode, HttpException, Inject, Post, Query, StreamableFile } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiBody,
  ApiConsumes,
  ApiForbiddenResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiProduces,
  ApiQuery,
  ApiTags,
} from '@nestjs/swagger';
import { encode } from '#coer/codec.js';
import { certificateToBytes } from '#credentials/certificate-facts.js';
import { isRefused } from '#credentials/refusal.js';
import {
  LOG_CERTIFICATE_PATH,
  LOG_CONSISTENCY_PATH,
  LOG_ENTRIES_PATH,
  LOG_HEAD_PATH,
  LOG_INCLUSION_PATH,
} from '#edges/ee-lists/paths.js';
import { LogConsistency, LogEntries, LogProof, SignedTreeHead } from '#wire/transparency-log.js';
import { currentHead, proveConsistency, proveEntry, submit, type TransparencyLogNeeds } from '../domain/log.js';

export const TRANSPARENCY_LOG = Symbol('TRANSPARENCY_LOG');
const OCTETS = 'application/octet-stream';
/** At once; a reader asks again from where it stands. */
const MOST_ENTRIES = 64;
const BINARY = { type: 'string', format: 'binary' } as const;
const LEAF = /^[0-9a-f]{64}$/i;

const file = (bytes: Uint8Array): StreamableFile => new StreamableFile(bytes, { type: OCTETS, length: bytes.length });

function refuse(status: 400 | 403 | 404, refused: string): never {
  throw new HttpException({ refused }, status);
}

/** A whole number of the query that fits Uint32. */
function wholeNumber(word: unknown): number {
  const isNumber = typeof word === 'string' && /^\d{1,10}$/.test(word) && Number(word) < 2 ** 32;
  return isNumber ? Number(word) : refuse(400, 'malformed');
}

@ApiTags('log')
@Controller()
export class LogController {
  constructor(@Inject(TRANSPARENCY_LOG) private readonly log: TransparencyLogNeeds) {}

  @Get(LOG_CERTIFICATE_PATH)
  @ApiProduces(OCTETS)
  @ApiOkResponse({ description: 'Certificate that signs heads now, COER', schema: BINARY })
  certificate(): StreamableFile {
    return file(certificateToBytes(this.log.signer().certificate));
  }

  @Get(LOG_HEAD_PATH)
  @ApiProduces(OCTETS)
  @ApiOkResponse({ description: 'SignedTreeHead, COER', schema: BINARY })
  async head(): Promise<StreamableFile> {
    return file(encode(SignedTreeHead, await currentHead(this.log)));
  }

  @Get(LOG_ENTRIES_PATH)
  @ApiQuery({ name: 'first', type: Number, description: 'counts from 0' })
  @ApiProduces(OCTETS)
  @ApiOkResponse({ description: `LogEntries from there on, at most ${MOST_ENTRIES}, COER`, schema: BINARY })
  @ApiBadRequestResponse({ description: 'first is no whole number' })
  async entries(@Query('first') word: unknown): Promise<StreamableFile> {
    const first = wholeNumber(word);
    return file(encode(LogEntries, { first, entries: await this.log.store.entries(first, MOST_ENTRIES) }));
  }

  @Get(LOG_INCLUSION_PATH)
  @ApiQuery({ name: 'leaf', type: String, description: 'SM3 of a zero byte and the LogEntry, 64 hex digits' })
  @ApiQuery({ name: 'from', type: Number, required: false, description: 'size of the tree that was seen before' })
  @ApiProduces(OCTETS)
  @ApiOkResponse({ description: 'LogProof under the current head, COER', schema: BINARY })
  @ApiBadRequestResponse({ description: 'no leaf hash, or no size' })
  @ApiNotFoundResponse({ description: 'no such entry' })
  async inclusion(@Query('leaf') leaf: unknown, @Query('from') from: unknown = '0'): Promise<StreamableFile> {
    if (typeof leaf !== 'string' || !LEAF.test(leaf)) return refuse(400, 'malformed');
    const proof = await proveEntry(new Uint8Array(Buffer.from(leaf, 'hex')), wholeNumber(from), this.log);
    return proof === undefined ? refuse(404, 'entry-unknown') : file(encode(LogProof, proof));
  }

  @Get(LOG_CONSISTENCY_PATH)
  @ApiQuery({ name: 'first', type: Number, description: 'size of the older tree' })
  @ApiQuery({ name: 'second', type: Number, description: 'size of the newer tree' })
  @ApiProduces(OCTETS)
  @ApiOkResponse({ description: 'LogConsistency, COER', schema: BINARY })
  @ApiBadRequestResponse({ description: 'a size is no whole number' })
  @ApiNotFoundResponse({ description: 'the log has no such trees' })
  async consistency(@Query('first') first: unknown, @Query('second') second: unknown): Promise<StreamableFile> {
    const path = await proveConsistency(wholeNumber(first), wholeNumber(second), this.log);
    return path === undefined ? refuse(404, 'tree-unknown') : file(encode(LogConsistency, { path }));
  }

  @Post(LOG_ENTRIES_PATH)
  @HttpCode(200)
  @ApiConsumes(OCTETS)
  @ApiBody({ schema: { ...BINARY, description: 'LogSubmission, COER' } })
  @ApiProduces(OCTETS)
  @ApiOkResponse({ description: 'LogProof of the newest entry, COER', schema: BINARY })
  @ApiForbiddenResponse({ description: 'not from an authority under a listed root' })
  async submit(@Body() body: unknown): Promise<StreamableFile> {
    if (!(body instanceof Uint8Array)) return refuse(400, 'malformed');
    const proof = await submit(body, this.log);
    if (isRefused(proof)) return refuse(proof.reason === 'submission-malformed' ? 400 : 403, proof.reason);
    return file(encode(LogProof, proof));
  }
}
