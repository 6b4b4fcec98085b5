/** Who may use the operators' JSON interface: the bearer of the token, or loopback where no token is configured. */
import { readFile, writeFile } from 'node:fs/promises';
import { HttpException, Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { hex } from '#crypto/bytes.js';
import { constantTimeEqual } from '#crypto/equal.js';
import type { Random } from '#crypto/random.js';
import { sm3 } from '#crypto/sm3.js';

export const OPERATOR_ACCESS = Symbol('OPERATOR_ACCESS');
/** SM3 of the token, or `undefined` for loopback only. */
export interface OperatorAccess {
  readonly tokenHash: Uint8Array | undefined;
}

const TOKEN_BYTES = 32;
const SHORTEST_TOKEN = 32;
const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1|::ffff:127\.\d+\.\d+\.\d+)$/;
/** What a Host header names when this machine is meant. */
const OWN_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;
const PASSED_ON = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'];
const hashOf = (token: string): Uint8Array => sm3(new TextEncoder().encode(token));

export async function openOperatorAccess(path: string | undefined, random: Random): Promise<OperatorAccess> {
  if (path === undefined) return { tokenHash: undefined };
  const token = (await readToken(path)) ?? (await makeToken(path, random));
  if (token.length < SHORTEST_TOKEN) throw new Error(`${path}: a token of at least ${SHORTEST_TOKEN} characters`);
  return { tokenHash: hashOf(token) };
}

async function readToken(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`reading ${path}`, { cause: error });
  }
}

async function makeToken(path: string, random: Random): Promise<string> {
  const token = hex(random.bytes(TOKEN_BYTES));
  await writeFile(path, `${token}\n`, { mode: 0o600, flag: 'wx' });
  return token;
}

/** Of a request, what tells who sent it. */
export interface Caller {
  readonly remoteAddress: string | undefined;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

/** Whether a request may act as an operator: by the token, or from this machine where none is configured. */
export function mayOperate({ tokenHash }: OperatorAccess, caller: Caller): boolean {
  if (tokenHash === undefined) return isOfThisMachine(caller);
  const token = /^Bearer ([\x21-\x7e]+)$/i.exec(one(caller, 'authorization') ?? '')?.[1];
  return token !== undefined && constantTimeEqual(hashOf(token), tokenHash);
}

const one = ({ headers }: Caller, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' ? value : undefined;
};

/**
 * The address alone would let in every web page open in a browser here, and everybody behind a proxy here. So the name
 * asked for is this machine's too (else a foreign name was bound to our address), a browser says that the page is our own,
 * and nobody passed the request on.
 */
function isOfThisMachine(caller: Caller): boolean {
  const host = one(caller, 'host') ?? '';
  const origin = caller.headers['origin'];
  const site = caller.headers['sec-fetch-site'];
  const isPassedOn = PASSED_ON.some((name) => caller.headers[name] !== undefined);
  const isOwnPage = origin === undefined || origin === `http://${host}`;
  const isOwnSite = site === undefined || site === 'same-origin' || site === 'none';
  return LOOPBACK.test(caller.remoteAddress ?? '') && OWN_HOST.test(host) && isOwnPage && isOwnSite && !isPassedOn;
}

interface Request {
  readonly headers: Caller['headers'];
  readonly socket: { readonly remoteAddress?: string };
}

@Injectable()
export class OperatorGuard implements CanActivate {
  constructor(@Inject(OPERATOR_ACCESS) private readonly access: OperatorAccess) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers, socket } = context.switchToHttp().getRequest<Request>();
    if (mayOperate(this.access, { headers, remoteAddress: socket.remoteAddress })) return true;
    throw new HttpException({ refused: 'not-an-operator' }, 401);
  }
}
