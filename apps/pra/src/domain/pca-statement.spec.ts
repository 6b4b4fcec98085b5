import { encode } from '#coer/codec.js';
import { systemRandom } from '#crypto/random.js';
import { PcaStatement } from '#credentials/case-statements.js';
import { isRefused } from '#credentials/refusal.js';
import { signData } from '#credentials/signed-data.js';
import type { Signer } from '#credentials/sm2-binding.js';
import type { AuthorityContext } from '#service/authority-context.js';
import { authorityBench, type Bench } from '../../../../test/support/authority-bench.js';
import { checkPcaStatement } from './pca-statement.js';

let bench: Bench;
let pra: AuthorityContext;
const scope = {
  caseId: systemRandom.bytes(16),
  action: 'blacklist',
  addressee: new Uint8Array(8),
  target: systemRandom.bytes(32),
  nonce: new Uint8Array(16),
  expiry: 0,
};
const item = systemRandom.bytes(32);

beforeAll(async () => {
  bench = await authorityBench({ domains: ['a', 'b'] });
  pra = await bench.contextFor('a-pra');
});

async function outcome(
  change: Partial<PcaStatement> = {},
  by: Signer = bench.member('a-pca').signer,
  named?: 'digest',
  psid = 3627,
): Promise<unknown> {
  const statement = { caseId: scope.caseId, target: scope.target, itemHash: item, pra: pra.hostname, ...change };
  const bytes = await signData(encode(PcaStatement, statement), { psid }, by, named);
  const checked = checkPcaStatement(bytes, { scope, hostname: pra.hostname, identity: pra.identity });
  return isRefused(checked) ? checked.reason : checked;
}

describe("the PCA's statement", () => {
  it('RV5 refuses what is no statement', async () => {
    const rules = { scope, hostname: pra.hostname, identity: pra.identity };
    expect(checkPcaStatement(Uint8Array.of(3), rules)).toMatchObject({ reason: 'statement-malformed' });
    const signed = await signData(Uint8Array.of(3), { psid: 3627 }, bench.member('a-pca').signer);
    expect(checkPcaStatement(signed, rules)).toMatchObject({ reason: 'statement-malformed' });
  });

  it('RV4 refuses any other signer than the PCA of this domain', async () => {
    expect(await outcome({}, bench.member('a-ma').signer)).toBe('statement-signer');
    expect(await outcome({}, bench.member('b-pca').signer)).toBe('statement-signer');
    expect(await outcome({}, undefined, undefined, 111)).toBe('statement-signer');
  });

  it('RV5 refuses another key in the name of the PCA', async () => {
    const forger = { certificate: bench.member('a-pca').certificate, sign: bench.member('a-ma').signer.sign };
    expect(await outcome({}, forger)).toBe('statement-signature');
  });

  it('RV5 refuses another case, another target and another PRA', async () => {
    expect(await outcome({ caseId: systemRandom.bytes(16) })).toBe('statement-scope');
    expect(await outcome({ target: systemRandom.bytes(32) })).toBe('statement-scope');
    expect(await outcome({ pra: 'pra.b.chrysalis.example' })).toBe('statement-addressee');
  });

  it('takes the statement, the signer named by certificate or by digest', async () => {
    expect(await outcome()).toMatchObject({ itemHash: item });
    expect(await outcome({}, undefined, 'digest')).toMatchObject({ itemHash: item });
  });
});
