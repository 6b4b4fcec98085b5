/** What anybody may fetch: signed lists and CRLs, with ETag. */
export const TRCL_PATH = '/ydt/v1/trcl';
/** `?root=<HashedId8 hex>` names the root whose TDCL is asked for. */
export const TDCL_PATH = '/ydt/v1/tdcl';
/** GET, `?craca=<HashedId8 hex>&crlSeries=<n>`. */
export const CRL_PATH = '/ydt/v1/crl';
