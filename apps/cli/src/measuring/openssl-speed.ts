/** What `openssl speed` says of SM2 and of P-256, whose assembly is the fastest there is for a curve of this size. */
import { spawnSync } from 'node:child_process';

export interface SignaturesPerSecond {
  readonly sign: number;
  readonly verify: number;
}

export interface OpensslSpeed {
  /** Undefined where this OpenSSL has none. */
  readonly sm2: SignaturesPerSecond | undefined;
  readonly p256: SignaturesPerSecond | undefined;
}

/** A line such as " 256 bits SM2 (CurveSM2)   0.0004s   0.0003s   2851.5   3359.6": the last two numbers. */
function rowOf(output: string, curve: string): SignaturesPerSecond | undefined {
  const found = new RegExp(String.raw`\(${curve}\)\s+[\d.]+s\s+[\d.]+s\s+([\d.]+)\s+([\d.]+)\s*$`, 'm').exec(output);
  return found === null ? undefined : { sign: Number(found[1]), verify: Number(found[2]) };
}

/** Reads the table with which `openssl speed` ends. */
export function readOpensslSpeed(output: string): OpensslSpeed {
  return { sm2: rowOf(output, 'CurveSM2'), p256: rowOf(output, 'nistp256') };
}

/** Runs it, a second and more for each of the four figures; without openssl on the PATH there are none. */
export function measureOpenssl(seconds: number): OpensslSpeed {
  const wholeSeconds = String(Math.max(1, Math.round(seconds)));
  const run = spawnSync('openssl', ['speed', '-seconds', wholeSeconds, 'sm2', 'ecdsap256'], { encoding: 'utf8' });
  return readOpensslSpeed(run.error === undefined ? run.stdout : '');
}
