/**
 * The rounds of `chrysalis bench crypto`. Round after round every operation has a short slice, and right after it its peers:
 * what slows the machine for a while slows both sides. A figure is the median of its rounds.
 */
import { cryptoOperations, type Operation } from './crypto-operations.js';
import type { CryptoFigure } from './crypto-report.js';
import { measureOpenssl, type OpensslSpeed } from './openssl-speed.js';
import { callsPerSecond, processorTime, warmUp } from './rate.js';
import { median, spread } from './statistics.js';

export interface CryptoBench {
  readonly rounds: number;
  /** Of one slice. */
  readonly seconds: number;
  progress(line: string): void;
}

/** Rates of one operation, a list for each side, one entry a round. */
interface Rounds {
  readonly operation: Operation;
  readonly ours: number[];
  readonly peers: Map<string, number[]>;
}

function note(rounds: Rounds, peer: string, rate: number | undefined): void {
  if (rate === undefined) return;
  rounds.peers.set(peer, [...(rounds.peers.get(peer) ?? []), rate]);
}

function measureRound(rounds: Rounds, seconds: number): void {
  const { ours, peers, aCall } = rounds.operation;
  const rateOf = (call: () => unknown): number => aCall * callsPerSecond(call, seconds, processorTime);
  rounds.ours.push(rateOf(ours));
  for (const [name, call] of Object.entries(peers)) note(rounds, name, rateOf(call));
}

/** Which of OpenSSL's figures stand beside ours. */
function noteOpenssl(rounds: Rounds, { sm2, p256 }: OpensslSpeed): void {
  switch (rounds.operation.op) {
    case 'sm2.sign':
      note(rounds, 'openssl', sm2?.sign);
      note(rounds, 'opensslP256', p256?.sign);
      break;
    case 'sm2.verify':
    case 'sm2.verifyKnownKey':
      note(rounds, 'openssl', sm2?.verify);
      note(rounds, 'opensslP256', p256?.verify);
  }
}

/** Warms all sides up and measures the rounds; takes rounds · (30 slices and some 4 seconds of openssl). */
export function benchCrypto({ rounds: count, seconds, progress }: CryptoBench): CryptoFigure[] {
  const all = cryptoOperations().map((operation): Rounds => ({ operation, ours: [], peers: new Map() }));
  progress('warming up, until the compiler of V8 has done its best and the rates are steady');
  for (const { operation } of all) {
    for (const call of [operation.ours, ...Object.values(operation.peers)]) warmUp(call, seconds / 3, processorTime);
  }
  for (let round = 1; round <= count; round++) {
    progress(`round ${String(round)} of ${String(count)}`);
    for (const rounds of all) measureRound(rounds, seconds);
    const openssl = measureOpenssl(seconds);
    for (const rounds of all) noteOpenssl(rounds, openssl);
  }
  return all.map(({ operation: { op, counts }, ours, peers }) => ({
    op,
    counts,
    opsPerSecond: median(ours),
    spread: spread(ours),
    peers: Object.fromEntries([...peers].map(([peer, rates]) => [peer, median(rates)])),
  }));
}
