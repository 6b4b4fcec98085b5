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

/** Whether a request with this Authorization header, from this address, may act as an operator. */
export function mayOperate(
  { tokenHash }: OperatorAccess,
  authorization: string | undefined,
  remoteAddress: string | undefined,
): boolean {
  if (tokenHash === undefined) return LOOPBACK.test(remoteAddress ?? '');
  const token = /^Bearer ([\x21-\x7e]+)$/i.exec(authorization ?? '')?.[1];
  return token !== undefined && constantTimeEqual(hashOf(token), tokenHash);
}

interface Request {
  headers: { authorization?: string };
  socket: { remoteAddress?: string };
}

@Injectable()
export class OperatorGuard implements CanActivate {
  constructor(@Inject(OPERATOR_ACCESS) private readonly access: OperatorAccess) {}

  canActivate(context: ExecutionContext): boolean {
    const { headers, socket } = context.switchToHttp().getRequest<Request>();
    if (mayOperate(this.access, headers.authorization, socket.remoteAddress)) return true;
    throw new HttpException({ refused: 'not-an-operator' }, 401);
  }
}
