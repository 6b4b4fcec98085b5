/**
 * Lists that are in memory are answered before Nest hears of the question: a fleet asks for nothing else, and asks often. What
 * is not at hand, or may be due, goes the long way through the controller, which gives the same answer.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import type { HttpAdapterHost } from '@nestjs/core';
import { CRL_PATH, CRL_UPDATES_PATH } from '#edges/ee-lists/paths.js';
import { isDueNow, type CrlIssuer } from '../jobs/issue-crl.js';
import type { Body } from '../jobs/publication.js';
import { bodyFor, type Asked } from './asked-lists.js';
import { sendBody } from './send-body.js';

/** Different questions that are remembered: one for each place of the period, and a few that nobody means. */
const MOST_QUESTIONS = 1024;
const LONGEST_QUESTION = 200;

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

@Injectable()
export class FrontDoor implements OnApplicationBootstrap {
  private readonly known = new Map<string, Body>();
  private versions = '';
  private freshSecond = -1;

  constructor(
    private readonly issuers: readonly CrlIssuer[],
    private readonly host: HttpAdapterHost,
  ) {}

  onApplicationBootstrap(): void {
    const server = this.host.httpAdapter.getHttpServer() as Server;
    const rooms = server.listeners('request') as Handler[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const body = this.bodyOf(request);
      if (body !== undefined) sendBody(body, request.headers, response);
      else for (const room of rooms) room.call(server, request, response);
    });
  }

  private bodyOf({ method, url = '' }: IncomingMessage): Body | undefined {
    const isForList = url.startsWith(`${CRL_PATH}?`) || url.startsWith(`${CRL_UPDATES_PATH}?`);
    if (method !== 'GET' || !isForList || url.length > LONGEST_QUESTION || !this.isFresh()) return undefined;
    const known = this.known.get(url);
    if (known !== undefined) return known;
    const body = this.find(url);
    if (body === undefined) return undefined;
    if (this.known.size >= MOST_QUESTIONS) this.known.clear();
    this.known.set(url, body);
    return body;
  }

  /** Looked at once a second of the clock, and whenever something was published. */
  private isFresh(): boolean {
    const [{ clock }] = this.issuers as [CrlIssuer];
    const second = Math.floor(clock.nowMillis() / 1000);
    const versions = this.issuers.map(({ publication }) => publication.version).join();
    if (versions !== this.versions) this.known.clear();
    if (versions === this.versions && second === this.freshSecond) return true;
    this.versions = versions;
    this.freshSecond = this.issuers.some(isDueNow) ? -1 : second;
    return this.freshSecond === second;
  }

  private find(url: string): Body | undefined {
    const query = new URLSearchParams(url.slice(url.indexOf('?') + 1));
    const asked: Record<string, string> = {};
    for (const [name, value] of query) {
      // A question that says a thing twice is the controller's to refuse.
      if (name in asked) return undefined;
      asked[name] = value;
    }
    return bodyFor(url.startsWith(`${CRL_UPDATES_PATH}?`) ? 'updates' : 'full', asked satisfies Asked, this.issuers);
  }
}
