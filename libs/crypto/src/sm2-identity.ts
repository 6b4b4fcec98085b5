/** Z of GB/T 32918.2-2016 5.5: what binds a signature to its signer's ID and public key. */
import { requireBytes } from './argument.js';
import { fromHex } from './bytes.js';

/** a ‖ b ‖ x_G ‖ y_G, 128 bytes: the part of Z that all signers share. */
const curveBytes = fromHex(
  'fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc' +
    '28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93' +
    '32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7' +
    'bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0',
);

type Hash = (...parts: Uint8Array[]) => Uint8Array;

/** Z = SM3(ENTL ‖ ID ‖ a ‖ b ‖ G ‖ P), 32 bytes, for P as x ‖ y. ENTL counts bits in two bytes: an ID has at most 8191 bytes. */
export function identityHash(sm3: Hash, publicKey: Uint8Array, id: Uint8Array): Uint8Array {
  requireBytes('id', id);
  if (id.length > 8191) throw new RangeError('id: longer than 8191 bytes');
  const entl = Uint8Array.of((id.length * 8) >>> 8, id.length * 8);
  return sm3(entl, id, curveBytes, publicKey);
}

/** As `identityHash` for one key and many messages: the Z of the last ID is kept, since neighbours mostly share it. */
export function identityHashesOf(sm3: Hash, publicKey: Uint8Array): (id: Uint8Array) => Uint8Array {
  let lastId: Uint8Array | undefined;
  let last = new Uint8Array(0);
  return (id) => {
    requireBytes('id', id);
    if (lastId === undefined || !isSame(lastId, id)) {
      last = new Uint8Array(identityHash(sm3, publicKey, id));
      lastId = id.slice();
    }
    return last;
  };
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let n = 0; n < a.length; n++) if (a[n] !== b[n]) return false;
  return true;
}
