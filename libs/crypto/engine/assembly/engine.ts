/** What the engine offers to libs/crypto/src/engine: one line a file. Arguments and results lie on the desk. */
export { desk, deskBytes } from './desk';
export { sm3Begin, sm3End, sm3Update, sm3Whole } from './sm3';
export { hmacBegin, hmacEnd, hmacKey, hmacWhole } from './hmac';
export { sm4Four, sm4Key, sm4Reverse } from './sm4';
export { ccmBegin, ccmIsRight, ccmOpen, ccmSeal, ccmTag } from './ccm';
export { ccmOpenMany, ccmSealMany } from './ccm-many';
export { linkageExpand, preLinkageExpand } from './linkage';
export {
  baseTimes,
  basePlusMany,
  cocoonKeys,
  compressPoint,
  decompressPoint,
  decrypt,
  encrypt,
  expansion,
  isPoint,
  isScalarBytes,
  knownKeyOf,
  mostLanes,
  mostScalars,
  pointPlus,
  pointTimes,
  pointsPlusBase,
  scalarPlus,
  scalarTimesPlus,
  sign,
  signMany,
  signerOf,
  signWith,
  verify,
  verifyAll,
  verifyKnown,
  windowsBytes,
  windowsOf,
  wrapKeys,
} from './curve-calls';
