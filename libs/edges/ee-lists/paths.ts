/** What anybody may fetch: signed lists and CRLs, with ETag; and the log in which they stand. */
export const TRCL_PATH = '/ydt/v1/trcl';
/** `?root=<HashedId8 hex>` names the root whose TDCL is asked for. */
export const TDCL_PATH = '/ydt/v1/tdcl';
/** GET, `?root=<HashedId8 hex>`: what this root has revoked of its CAs and authorities. */
export const CA_CRL_PATH = '/ydt/v1/ca-crl';
/** GET, `?craca=<HashedId8 hex>&crlSeries=<n>`. */
export const CRL_PATH = '/ydt/v1/crl';
/**
 * GET, as `CRL_PATH`, and what is held: `&iRev=<n>&indexWithinI=<n>` of a list by linkage seed, `&crlSerial=<n>` of one by
 * hash. CompositeCrl of the lists that bring its holder to the newest, none when it is that one; all without it.
 */
export const CRL_UPDATES_PATH = '/ydt/v1/crl-updates';
/** GET: what the newest list is, `?crlSeries=<n>`. */
export const CRL_STATUS_PATH = '/ydt/v1/crl-status';
/** GET, `?certificate=<HashedId10 hex>` or `?iCert=<n>&linkageValue=<9 bytes hex>`: whether it is revoked. Not signed. */
export const CERTIFICATE_STATUS_PATH = '/ydt/v1/certificate-status';
/** GET: the certificate that the log signs with now. */
export const LOG_CERTIFICATE_PATH = '/ydt/v1/log/certificate';
/** GET: SignedTreeHead. */
export const LOG_HEAD_PATH = '/ydt/v1/log/head';
/** GET, `?first=<n>`: LogEntries, as many as the log gives at once. POST: LogSubmission, answered with LogProof. */
export const LOG_ENTRIES_PATH = '/ydt/v1/log/entries';
/** GET, `?leaf=<leaf hash, 64 hex digits>`, `&from=<size seen before>` when there is one: LogProof. */
export const LOG_INCLUSION_PATH = '/ydt/v1/log/inclusion';
/** GET, `?first=<size>&second=<size>`: LogConsistency. */
export const LOG_CONSISTENCY_PATH = '/ydt/v1/log/consistency';
