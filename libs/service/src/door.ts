/**
 * The HTTP door of an authority, the same for all: how much may come in and how slowly, and what leaves when something
 * fails. Whoever knocks hears a code and one word; the reason stays in our log, and nothing of what was sent is repeated.
 */
import type { IncomingMessage, Server } from 'node:http';
import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Log } from './log.js';
import { refuseMalformedBodies } from './malformed-body.js';

/** A batch of a thousand items of a PRA is half of it. Bytes are decoded before anybody is known, at many times their size. */
export const LARGEST_LINE_BYTES = 2 * 1024 * 1024;
/** The largest request of a device is a report with its evidence. */
export const LARGEST_DEVICE_BYTES = 64 * 1024;
const LARGEST_JSON_BYTES = 1024 * 1024;
const LINES = '/lines/';

/** To have sent its headers; to have sent all; to have moved at all, while an answer is made or read. */
const HEADERS_MILLIS = 10_000;
const REQUEST_MILLIS = 30_000;
const SILENCE_MILLIS = 120_000;

const isOctets = ({ headers }: IncomingMessage): boolean =>
  /^application\/octet-stream\s*(?:;|$)/i.test(headers['content-type'] ?? '');
const isForLine = ({ url = '' }: IncomingMessage): boolean => url.startsWith(LINES);

/** Compressed bodies are not taken: nothing that is sent here grows smaller, and a small one could grow large. */
export function boundBodies(app: NestExpressApplication): void {
  const inflate = false;
  const octets = (limit: number, type: (request: IncomingMessage) => boolean): unknown =>
    app.useBodyParser('raw', { inflate, limit, type });
  octets(LARGEST_LINE_BYTES, (request) => isOctets(request) && isForLine(request));
  octets(LARGEST_DEVICE_BYTES, (request) => isOctets(request) && !isForLine(request));
  app.useBodyParser('json', { inflate, limit: LARGEST_JSON_BYTES });
  app.use(refuseMalformedBodies);
}

/** Nobody holds a connection by sending or reading slowly. */
export function boundWaits(server: Server): void {
  server.headersTimeout = HEADERS_MILLIS;
  server.requestTimeout = REQUEST_MILLIS;
  server.timeout = SILENCE_MILLIS;
}

interface Reply {
  readonly headersSent: boolean;
  status(code: number): Reply;
  json(body: object): void;
  destroy(): void;
}

const WORDS: Readonly<Record<number, string>> = { 400: 'malformed', 403: 'refused', 404: 'not-found' };
const INTERNAL = 500;

/** A refusal of our own as it is; Nest's own, which would repeat the path, and failures in one word. */
@Catch()
export class OneWordFilter implements ExceptionFilter {
  constructor(private readonly log: Log) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<Reply>();
    const status = error instanceof HttpException ? error.getStatus() : INTERNAL;
    // Controllers that log for themselves throw an HttpException.
    if (!(error instanceof HttpException)) this.log.error('request.failed', error);
    if (reply.headersSent) return reply.destroy();
    const said = error instanceof HttpException ? error.getResponse() : undefined;
    const isOurs = typeof said === 'object' && 'refused' in said;
    reply.status(status).json(isOurs ? said : { refused: WORDS[status] ?? 'internal' });
  }
}
