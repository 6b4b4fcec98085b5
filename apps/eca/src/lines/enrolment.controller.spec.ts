import { HttpException } from '@nestjs/common';
import { Pace } from '#service/pace.js';
import { refuseFor, type EnrolRefused } from '../domain/refusal.js';
import { EnrolmentController } from './enrolment.controller.js';

const body = Uint8Array.of(1);
const from = (remoteAddress: string) => ({ socket: { remoteAddress } });

function doorOf(outcome: Uint8Array | EnrolRefused = Uint8Array.of(2)) {
  let opened = 0;
  const rules = async (): Promise<Uint8Array | EnrolRefused> => {
    opened++;
    return outcome;
  };
  const pace = new Pace({ atOnce: 2, aMinute: 1 }, () => 0);
  const controller = new EnrolmentController(rules, rules, pace);
  async function knock(door: 'request' | 'successor', address: string) {
    const headers: Record<string, string> = {};
    const reply = { setHeader: (name: string, value: string) => ((headers[name] = value), reply) };
    try {
      await controller[door](body, from(address), reply);
      return { status: 200, headers };
    } catch (error) {
      if (!(error instanceof HttpException)) throw error;
      return { status: error.getStatus(), headers };
    }
  }
  return { knock, opened: () => opened };
}

describe('the door for devices', () => {
  it('tells an address that comes too often to come later, before anything is opened, whichever door it takes', async () => {
    const { knock, opened } = doorOf();
    expect((await knock('request', '192.0.2.1')).status).toBe(200);
    expect((await knock('successor', '192.0.2.1')).status).toBe(200);
    for (const door of ['request', 'successor'] as const) {
      const late = await knock(door, '192.0.2.1');
      expect([late.status, late.headers['retry-after']]).toEqual([429, '60']);
    }
    expect(opened()).toBe(2);
    expect((await knock('request', '192.0.2.2')).status).toBe(200);
  });

  it('takes a network of IPv6 for one source', async () => {
    const { knock } = doorOf();
    const all = ['2001:db8::1', '2001:db8::2', '2001:db8::3'].map((address) => knock('request', address));
    expect((await Promise.all(all)).map(({ status }) => status)).toEqual([200, 200, 429]);
  });

  it('says how long a key must wait', async () => {
    const { status, headers } = await doorOf(refuseFor(30)).knock('request', '192.0.2.1');
    expect([status, headers['retry-after']]).toEqual([429, '30']);
  });
});
