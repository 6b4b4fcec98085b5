import { createHmac } from 'node:crypto';
import { hmacSm3 } from '#crypto/sm3.js';
import { nafIdOf, proofInput } from '#edges/ee-eca/enrolment.js';
import { gbaKey, provesByGba } from './gba-birth.js';

const device = {
  ks: new Uint8Array(32).fill(7),
  rand: new Uint8Array(16).fill(9),
  impi: 'car@ims.example',
  btid: 'x@bsf.example',
};

describe('the key of GBA', () => {
  it('is the KDF of 3GPP TS 33.220 annex B over name, challenge, subscriber and NAF, each with its length', () => {
    const nafId = nafIdOf('aaa.a.example');
    const expected = createHmac('sha256', device.ks);
    expected.update(Buffer.from('01', 'hex')).update('gba-me').update(Buffer.from('0006', 'hex'));
    expected.update(device.rand).update(Buffer.from('0010', 'hex'));
    expected.update('car@ims.example').update(Buffer.from('000f', 'hex'));
    expected
      .update(Buffer.from('aaa.a.example'))
      .update(Buffer.from('ff00000001', 'hex'))
      .update(Buffer.from('0012', 'hex'));
    expect(gbaKey(device, nafId)).toEqual(new Uint8Array(expected.digest()));
  });

  it('is another one for another NAF, and its MAC over the request is the proof', async () => {
    const keys = ['aaa.a.example', 'aaa.b.example'].map((name) => gbaKey(device, nafIdOf(name)));
    expect(keys[0]).not.toEqual(keys[1]);
    const request = Uint8Array.of(1, 2, 3);
    expect(await provesByGba(device, 'aaa.a.example')(request)).toEqual({
      kind: 'gba',
      value: { btid: device.btid, mac: hmacSm3(keys[0] as Uint8Array, proofInput(request)) },
    });
  });
});
