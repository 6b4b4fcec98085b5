/** What every crypto device must do, as tests: a spec calls this with the way to open a fresh device. */
import { blindCocoonKey, expandCocoonKeys } from '#crypto/butterfly.js';
import { bytes32, concat, hex, integerOf } from '#crypto/bytes.js';
import { implicitCertificateDigest, reconstructPrivateKey, reconstructPublicKey } from '#crypto/ecqv.js';
import { advanceLinkageSeed } from '#crypto/linkage.js';
import { systemRandom } from '#crypto/random.js';
import { DEFAULT_SM2_ID, isSm2PublicKey, SM2_ORDER, sm2Verify, sm2Wrap } from '#crypto/sm2.js';
import { smSuite } from '#crypto/suite.js';
import type { CryptoDevice } from './crypto-device.js';
import { capabilityOf, type DeviceMethod } from './declared-device.js';
import { deviceCapabilities, type DeviceCapability } from './device-capability.js';

const message = new TextEncoder().encode('message');
const key16 = Uint8Array.from({ length: 16 }, (_, n) => n);
const refuses = (reason: string): object => expect.objectContaining({ name: 'DeviceRefusal', reason }) as object;

/** Each way to use a label, for the refusals that all share. */
const uses: Record<string, (device: CryptoDevice, label: string) => Promise<unknown>> = {
  sign: (device, label) => device.sign(label, DEFAULT_SM2_ID, message),
  signBatch: (device, label) => device.signBatch(label, DEFAULT_SM2_ID, [message]),
  'signBatch nothing': (device, label) => device.signBatch(label, DEFAULT_SM2_ID, []),
  unwrap: (device, label) => device.unwrap(label, wrapForNobody()),
  unwrapBatch: (device, label) => device.unwrapBatch(label, [wrapForNobody()]),
  open: (device, label) => device.open(label, new Uint8Array(40)),
  cocoonUnwrap: (device, label) => device.cocoonUnwrap(label, { key: key16, i: 1, j: 2 }, wrapForNobody()),
  cocoonUnwrapBatch: (device, label) =>
    device.cocoonUnwrapBatch(label, [{ expansion: { key: key16, i: 1, j: 2 }, wrapped: wrapForNobody() }]),
  rebuild: (device, label) => device.rebuild(label, { key: key16, i: 1, j: 2 }, bytes32(3n), 'elsewhere'),
  issueImplicit: (device, label) => device.issueImplicit(label, orderFor(smSuite.publicKey(bytes32(5n)))),
  evolveSeed: (device, label) => device.evolveSeed(label, new Uint8Array(44), { laId: key16.subarray(0, 2), steps: 1 }),
};
const others: typeof uses = {
  destroy: (device, label) => device.destroy(label),
  publicKey: (device, label) => device.publicKey(label),
};
const makings: typeof uses = {
  createKey: (device, label) => device.createKey(label),
  derive: (device, label) => device.derive(label, message),
  deriveBatch: (device, label) => device.deriveBatch(label, [message]),
  seal: (device, label) => device.seal(label, message),
};

/** How each use of a label ends: the reason of a refusal, or that it was served. */
async function endings(some: typeof uses, device: CryptoDevice, label: string): Promise<Record<string, unknown>> {
  const ended: Record<string, unknown> = {};
  for (const [name, use] of Object.entries(some)) {
    ended[name] = await use(device, label).then(
      () => 'served',
      (error: unknown) => (error instanceof Error && 'reason' in error ? error.reason : error),
    );
  }
  return ended;
}
const allEnd = (some: typeof uses, reason: string): Record<string, unknown> =>
  Object.fromEntries(Object.keys(some).map((name) => [name, reason]));

/** The entries of methods that a device with these capabilities has to serve, or has to refuse. */
function entriesOf(some: typeof uses, isWanted: (capability: DeviceCapability | undefined) => boolean): typeof uses {
  const methodOf = (name: string): DeviceMethod => name.split(' ')[0] as DeviceMethod;
  return Object.fromEntries(Object.entries(some).filter(([name]) => isWanted(capabilityOf(methodOf(name)))));
}

const orderFor = (requestKey: Uint8Array) => ({
  requestKey,
  before: message,
  after: key16,
  issuerCertificateHash: bytes32(8n),
});

function wrapForNobody(): ReturnType<typeof sm2Wrap> {
  return sm2Wrap(smSuite.publicKey(bytes32(5n)), key16, systemRandom);
}

export interface DeviceUnderTest {
  /** A device without any key. */
  openFresh(): Promise<CryptoDevice>;
  /** The device again after `close`, with its keys; leave it out when keys do not outlive a device. */
  reopen?(): Promise<CryptoDevice>;
  /** What it has to declare, and nothing else; everything when left out. */
  readonly declares?: readonly DeviceCapability[];
}

/** Declares the suite. */
export function describeCryptoDevice(name: string, underTest: DeviceUnderTest): void {
  describe(`${name} as crypto device`, () => {
    let device: CryptoDevice;
    const declares: readonly DeviceCapability[] = underTest.declares ?? deviceCapabilities;
    const isServed = (capability: DeviceCapability | undefined): boolean =>
      capability === undefined || declares.includes(capability);
    const [usable, makable] = [entriesOf(uses, isServed), entriesOf(makings, isServed)];
    /** A test of devices that declare all of these. */
    const itCan = (needed: readonly DeviceCapability[], sentence: string, test: () => Promise<void>): void => {
      if (needed.every(isServed)) it(sentence, test);
    };
    beforeEach(async () => {
      device = await underTest.openFresh();
    });
    afterEach(async () => {
      await device.close();
    });

    it('declares what it can, and refuses the rest by name before it looks at the label', async () => {
      expect([...device.capabilities].sort()).toEqual([...declares].sort());
      await device.createKey('ca');
      let refused = 0;
      for (const missing of deviceCapabilities.filter((capability) => !isServed(capability))) {
        const methods = entriesOf({ ...uses, ...makings }, (capability) => capability === missing);
        expect(Object.keys(methods)).not.toEqual([]);
        for (const use of Object.values(methods))
          for (const label of ['ca', 'unknown', '']) {
            const ended = use(device, label);
            await expect(ended).rejects.toEqual(refuses('not-declared'));
            await expect(ended).rejects.toThrow(`does not declare the capability "${missing}"`);
          }
        refused++;
      }
      expect(refused).toBe(deviceCapabilities.length - declares.length);
      expect(await device.labels()).toEqual(['ca']);
    });

    it('refuses labels that are none', async () => {
      const all = { ...usable, ...makable, ...others };
      for (const label of ['', 'two\nlines', 'Schlüssel', 'x'.repeat(201)]) {
        expect(await endings(all, device, label)).toEqual(allEnd(all, 'bad-label'));
      }
      expect(await endings(makable, device, 'x'.repeat(200))).toEqual(allEnd(makable, 'served'));
    });

    it('refuses every use of a label it does not know', async () => {
      expect(await endings(usable, device, 'unknown')).toEqual(allEnd(usable, 'unknown-label'));
      expect(await device.labels()).toEqual([]);
    });

    it('refuses to make a key twice, and to destroy what never was', async () => {
      const publicKey = await device.createKey('ca');
      await expect(device.createKey('ca')).rejects.toEqual(refuses('label-exists'));
      await expect(device.destroy('unknown')).rejects.toEqual(refuses('unknown-label'));
      expect(await device.publicKey('ca')).toEqual(publicKey);
    });

    it('makes one key when two ask for one label at a time', async () => {
      const both = await Promise.allSettled([device.createKey('ca'), device.createKey('ca')]);
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(await device.publicKey('ca')).toBeDefined();
    });

    it('refuses every use after the label was destroyed', async () => {
      const all = { ...usable, ...makable };
      await device.createKey('gone');
      const sealed = isServed('wrap') ? await device.seal('gone', key16) : message;
      await device.createKey('stays');
      const served = Object.fromEntries(Object.entries(all).filter(([name]) => !/^(createKey|rebuild)$/.test(name)));
      const own = {
        open: () => device.open('gone', sealed),
        evolveSeed: () => device.evolveSeed('gone', sealed, { laId: key16.subarray(0, 2), steps: 1 }),
      };
      const usedFirst = { ...served, ...entriesOf(own, (capability) => isServed(capability) && isServed('wrap')) };
      expect(await endings(usedFirst, device, 'gone')).toEqual(allEnd(usedFirst, 'served'));
      await device.destroy('gone');
      expect(await endings(all, device, 'gone')).toEqual(allEnd(all, 'label-destroyed'));
      expect(await device.publicKey('gone')).toBeUndefined();
      if (isServed('derive butterfly'))
        await expect(device.rebuild('stays', { key: key16, i: 0, j: 0 }, bytes32(1n), 'gone')).rejects.toEqual(
          refuses('label-destroyed'),
        );
      await expect(device.destroy('gone')).resolves.toBeUndefined();
      expect(await device.labels()).toEqual(['stays']);
    });

    it('refuses every use after it was closed', async () => {
      const all = { ...usable, ...makable, ...others };
      await device.createKey('ca');
      await device.close();
      expect(await endings(all, device, 'ca')).toEqual(allEnd(all, 'device-closed'));
      await expect(device.labels()).rejects.toEqual(refuses('device-closed'));
      await expect(device.close()).resolves.toBeUndefined();
    });

    itCan(['sign'], 'signs so that its public key verifies, one by one and in a batch', async () => {
      const publicKey = await device.createKey('ca');
      expect(isSm2PublicKey(publicKey)).toBe(true);
      const signature = await device.sign('ca', DEFAULT_SM2_ID, message);
      expect(sm2Verify(publicKey, message, message, signature)).toBe(false);
      expect(sm2Verify(publicKey, DEFAULT_SM2_ID, message, signature)).toBe(true);
      const messages = Array.from({ length: 270 }, (_, n) => Uint8Array.of(n >>> 8, n));
      const signatures = await device.signBatch('ca', DEFAULT_SM2_ID, messages);
      expect(signatures).toHaveLength(270);
      expect(new Set(signatures.map(hex)).size).toBe(270);
      for (const n of [0, 63, 64, 127, 128, 255, 256, 269]) {
        expect(sm2Verify(publicKey, DEFAULT_SM2_ID, messages[n]!, signatures[n]!)).toBe(true);
      }
      expect(await device.signBatch('ca', DEFAULT_SM2_ID, [])).toEqual([]);
    });

    itCan(['sign'], 'signs what a view shows and nothing around it', async () => {
      const publicKey = await device.createKey('ca');
      const around = Uint8Array.from({ length: 100 }, (_, n) => n);
      const signature = await device.sign('ca', DEFAULT_SM2_ID, around.subarray(10, 20));
      expect(sm2Verify(publicKey, DEFAULT_SM2_ID, around.slice(10, 20), signature)).toBe(true);
    });

    it('hands out copies: what a caller does to them changes nothing inside', async () => {
      const publicKey = await device.createKey('ca');
      const before = hex(publicKey);
      publicKey.fill(0);
      (await device.publicKey('ca'))?.fill(0);
      expect(hex((await device.publicKey('ca'))!)).toBe(before);
    });

    itCan(['derive scalar'], 'hands out copies of what it derived', async () => {
      const scalar = await device.derive('ca', message);
      const derived = hex(scalar);
      scalar.fill(0);
      expect(hex(await device.derive('ca', message))).toBe(derived);
    });

    itCan(['decrypt'], 'unwraps what was wrapped for it and nothing else', async () => {
      const publicKey = await device.createKey('enc');
      expect(await device.unwrap('enc', wrapForNobody())).toBeUndefined();
      expect(await device.unwrap('enc', sm2Wrap(publicKey, key16, systemRandom))).toEqual(key16);
    });

    itCan(['decrypt'], 'unwraps a batch in its order, with nothing where nothing was for it', async () => {
      const publicKey = await device.createKey('enc');
      const keys = Array.from({ length: 70 }, (_, n) => new Uint8Array(16).fill(n));
      const wrapped = keys.map((key, n) => (n % 20 === 3 ? wrapForNobody() : sm2Wrap(publicKey, key, systemRandom)));
      expect(await device.unwrapBatch('enc', wrapped)).toEqual(keys.map((key, n) => (n % 20 === 3 ? undefined : key)));
      expect(await device.unwrapBatch('enc', [])).toEqual([]);
      const short = { ...wrapped[0]!, c: new Uint8Array(15) };
      await expect(device.unwrapBatch('enc', [...wrapped, short])).rejects.toThrow('wrapped.c: 16 bytes expected');
    });

    itCan(
      ['derive scalar'],
      'derives the same scalar for the same label and context, another for any other',
      async () => {
        const first = await device.derive('blinding', message);
        expect(await device.derive('blinding', message)).toEqual(first);
        expect(integerOf(first) > 0n && integerOf(first) < SM2_ORDER).toBe(true);
        const others = [
          await device.derive('blinding', new Uint8Array(0)),
          await device.derive('blinding', key16),
          await device.derive('another', message),
        ];
        expect(new Set([first, ...others].map(hex)).size).toBe(4);
      },
    );

    itCan(['derive scalar'], 'derives a batch in its order, as one by one', async () => {
      const contexts = Array.from({ length: 1100 }, (_, n) => Uint8Array.of(n >>> 8, n));
      const scalars = await device.deriveBatch('blinding', contexts);
      expect(new Set(scalars.map(hex)).size).toBe(1100);
      for (const n of [0, 255, 256, 1023, 1024, 1099]) {
        expect(await device.derive('blinding', contexts[n]!)).toEqual(scalars[n]);
      }
      expect(await device.deriveBatch('blinding', [])).toEqual([]);
    });

    itCan(['derive scalar'], 'makes one secret when many ask first at a time', async () => {
      const scalars = await Promise.all(Array.from({ length: 10 }, () => device.derive('race', message)));
      expect(new Set(scalars.map(hex)).size).toBe(1);
    });

    itCan(['wrap'], 'opens what it sealed under a label, and nothing bent or of another label', async () => {
      const sealed = await device.seal('rest', message);
      await device.seal('other', message);
      expect(sealed).toHaveLength(12 + message.length + 16);
      expect(hex(await device.seal('rest', message))).not.toBe(hex(sealed));
      expect(await device.open('other', sealed)).toBeUndefined();
      expect(await device.open('rest', sealed.subarray(0, 27))).toBeUndefined();
      expect(
        await device.open(
          'rest',
          sealed.map((byte, n) => (n === 14 ? byte ^ 1 : byte)),
        ),
      ).toBeUndefined();
      expect(await device.open('rest', sealed)).toEqual(message);
    });

    itCan(['wrap'], 'keeps the key pair and the secret of one label apart', async () => {
      await device.seal('both', message);
      expect(await device.publicKey('both')).toBeUndefined();
      await device.createKey('both');
      expect(await device.labels()).toEqual(['both']);
    });

    itCan(
      ['sign', 'decrypt', 'derive butterfly'],
      'lives through a butterfly: cocoon key, answer, rebuilt key',
      async () => {
        const expansion = { key: key16, i: 7, j: 3 };
        const caterpillar = {
          signingKey: await device.createKey('a'),
          signingExpansion: key16,
          encryptionKey: await device.createKey('p'),
          encryptionExpansion: key16,
        };
        const cocoon = expandCocoonKeys(smSuite, caterpillar, 7, 4)[3]!;
        const answer = sm2Wrap(cocoon.encryptionKey, key16, systemRandom);
        expect(await device.cocoonUnwrap('p', { ...expansion, j: 2 }, answer)).toBeUndefined();
        expect(await device.unwrap('p', answer)).toBeUndefined();
        expect(await device.cocoonUnwrap('p', expansion, answer)).toEqual(key16);

        const c = bytes32(12345n);
        const certificateKey = blindCocoonKey(smSuite, cocoon.signingKey, c);
        expect(await device.rebuild('a', expansion, c, 'pc 7/3')).toEqual(certificateKey);
        expect(await device.rebuild('a', expansion, c, 'pc 7/3')).toEqual(certificateKey);
        const signature = await device.sign('pc 7/3', message, message);
        expect(sm2Verify(certificateKey, message, message, signature)).toBe(true);
        await expect(device.rebuild('a', expansion, bytes32(12346n), 'pc 7/3')).rejects.toEqual(
          refuses('label-exists'),
        );
        await expect(device.rebuild('a', expansion, c, 'p')).rejects.toEqual(refuses('label-exists'));
        expect(await device.publicKey('pc 7/3')).toEqual(certificateKey);
      },
    );

    itCan(['derive butterfly'], 'opens what came for many cocoon keys at a time, in their order', async () => {
      const key = await device.createKey('p');
      const caterpillar = {
        signingKey: key,
        signingExpansion: key16,
        encryptionKey: key,
        encryptionExpansion: key16,
      };
      const items = [7, 8].flatMap((i) =>
        expandCocoonKeys(smSuite, caterpillar, i, 20).map(({ j, encryptionKey }) => ({
          expansion: { key: key16, i, j },
          wrapped: sm2Wrap(encryptionKey, new Uint8Array(16).fill(i + j), systemRandom),
        })),
      );
      const foreign = { ...items[0]!, wrapped: wrapForNobody() };
      expect(await device.cocoonUnwrapBatch('p', [...items, foreign])).toEqual([
        ...items.map(({ expansion: { i, j } }) => new Uint8Array(16).fill(i + j)),
        undefined,
      ]);
      const { expansion, wrapped } = items[25]!;
      expect(await device.cocoonUnwrap('p', expansion, wrapped)).toEqual(new Uint8Array(16).fill(13));
      expect(await device.cocoonUnwrapBatch('p', [])).toEqual([]);
      const bad = { ...items[0]!, expansion: { key: key16, i: -1, j: 0 } };
      await expect(device.cocoonUnwrapBatch('p', [...items, bad])).rejects.toThrow('i: not an integer');
    });

    itCan(['derive butterfly'], 'refuses to rebuild with a c that is zero, the order or too short', async () => {
      await device.createKey('a');
      for (const c of [bytes32(0n), bytes32(SM2_ORDER), new Uint8Array(31)])
        await expect(device.rebuild('a', { key: key16, i: 0, j: 0 }, c, 'pc')).rejects.toThrow('c: ');
      expect(await device.labels()).toEqual(['a']);
    });

    itCan(['derive butterfly'], 'rebuilds many keys at a time', async () => {
      await device.createKey('a');
      const rebuilt = await Promise.all(
        Array.from({ length: 20 }, (_, j) =>
          device.rebuild('a', { key: key16, i: 1, j }, bytes32(9n), `pc ${String(j)}`),
        ),
      );
      expect(new Set(rebuilt.map(hex)).size).toBe(20);
      expect(await device.labels()).toHaveLength(21);
    });

    itCan(['issue implicit', 'sign'], 'issues an implicit certificate whose key is the one it stands for', async () => {
      const issuerKey = await device.createKey('ca');
      const b = bytes32(99n);
      const order = orderFor(smSuite.publicKey(b));
      const { reconstructionValue: value, privateValue: r } = await device.issueImplicit('ca', order);
      const point = concat(Uint8Array.of(value[0]! === 2 ? 0x82 : 0x83), value.subarray(1));
      const tbs = concat(order.before, point, order.after);
      const e = implicitCertificateDigest(smSuite, tbs, order.issuerCertificateHash);
      const privateKey = reconstructPrivateKey(smSuite, e, b, r);
      expect(smSuite.publicKey(privateKey)).toEqual(reconstructPublicKey(smSuite, e, value, issuerKey));
    });

    itCan(
      ['issue implicit'],
      'draws anew for each implicit certificate, and refuses an order that is none',
      async () => {
        await device.createKey('ca');
        const order = orderFor(smSuite.publicKey(bytes32(99n)));
        const both = [await device.issueImplicit('ca', order), await device.issueImplicit('ca', order)];
        expect(new Set(both.map(({ reconstructionValue }) => hex(reconstructionValue))).size).toBe(2);
        expect(new Set(both.map(({ privateValue }) => hex(privateValue))).size).toBe(2);
        const short = { ...order, issuerCertificateHash: new Uint8Array(31) };
        await expect(device.issueImplicit('ca', short)).rejects.toThrow('issuerCertificateHash: 32 bytes');
        await expect(device.issueImplicit('ca', { ...order, requestKey: new Uint8Array(33) })).rejects.toThrow(
          RangeError,
        );
      },
    );

    itCan(['evolve seed', 'wrap'], 'moves a seed on under its seal, and nothing bent or of another label', async () => {
      const laId = Uint8Array.of(0, 7);
      const sealed = await device.seal('seeds', key16);
      await device.seal('other', key16);
      const moved = await device.evolveSeed('seeds', sealed, { laId, steps: 3 });
      expect(hex(moved!)).not.toBe(hex(sealed));
      expect(await device.open('seeds', moved!)).toEqual(advanceLinkageSeed(smSuite, laId, key16, 3));
      expect(await device.evolveSeed('other', sealed, { laId, steps: 3 })).toBeUndefined();
      expect(
        await device.evolveSeed(
          'seeds',
          moved!.map((byte, n) => (n === 20 ? byte ^ 1 : byte)),
          { laId, steps: 1 },
        ),
      ).toBeUndefined();
      await expect(device.evolveSeed('seeds', sealed, { laId, steps: -1 })).rejects.toThrow('steps: ');
      const text = await device.seal('seeds', message);
      await expect(device.evolveSeed('seeds', text, { laId, steps: 1 })).rejects.toThrow('seed: 16 bytes');
    });

    it('shows no key when it is printed', async () => {
      await device.createKey('ca');
      expect(['{}', '{"capabilities":{}}']).toContain(JSON.stringify(device));
    });

    const { reopen } = underTest;
    if (reopen === undefined) return;
    itCan(['sign', 'wrap', 'derive scalar'], 'keeps keys, secrets and destructions when opened again', async () => {
      const publicKey = await device.createKey('ca');
      const scalar = await device.derive('blinding', message);
      const sealed = await device.seal('rest', message);
      await device.createKey('gone');
      await device.destroy('gone');
      await device.close();
      device = await reopen();
      expect(await device.labels()).toEqual(['blinding', 'ca', 'rest']);
      expect(await device.publicKey('ca')).toEqual(publicKey);
      const signature = await device.sign('ca', DEFAULT_SM2_ID, message);
      expect(sm2Verify(publicKey, DEFAULT_SM2_ID, message, signature)).toBe(true);
      expect(await device.derive('blinding', message)).toEqual(scalar);
      expect(await device.open('rest', sealed)).toEqual(message);
      await expect(device.createKey('gone')).rejects.toEqual(refuses('label-destroyed'));
      await expect(device.createKey('ca')).rejects.toEqual(refuses('label-exists'));
    });
  });
}
