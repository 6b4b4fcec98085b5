/** The table of all rules: those of one kind of subject in the order in which they are asked, cheap ones first. */
import { allStandsOnce } from './certificate/all-stands-once.js';
import { appPermissionsAreUnique } from './certificate/app-permissions-are-unique.js';
import { assuranceBitsAreFree } from './certificate/assurance-bits-are-free.js';
import { authorityHasName } from './certificate/authority-has-name.js';
import { bitmapAndMaskAreOfOneLength } from './certificate/bitmap-and-mask-are-of-one-length.js';
import { caIssuesSomething } from './certificate/ca-issues-something.js';
import { ccsaCertificatesAreExplicit } from './certificate/ccsa-certificates-are-explicit.js';
import { ccsaHasNoAdditions } from './certificate/ccsa-has-no-additions.js';
import { ccsaIssuerIsNamedBySm3 } from './certificate/ccsa-issuer-is-named-by-sm3.js';
import { ccsaKeysAreSm2 } from './certificate/ccsa-keys-are-sm2.js';
import { ccsaRegionIsChina } from './certificate/ccsa-region-is-china.js';
import { chainLengthRangeFromMinusOne } from './certificate/chain-length-range-from-minus-one.js';
import { chainLengthStartsAtOne } from './certificate/chain-length-starts-at-one.js';
import { craSignsCrls } from './certificate/cra-signs-crls.js';
import { cracaAndSeriesGoTogether } from './certificate/craca-and-series-go-together.js';
import { crlSspIsReadable } from './certificate/crl-ssp-is-readable.js';
import { cubkIsForAuthorities } from './certificate/cubk-is-for-authorities.js';
import { deviceSignsNoCrl } from './certificate/device-signs-no-crl.js';
import { ecaIssuesEnrolments } from './certificate/eca-issues-enrolments.js';
import { ecdsaRIsXOnly } from './certificate/ecdsa-r-is-x-only.js';
import { eeTypeIsNamed } from './certificate/ee-type-is-named.js';
import { encryptionKeyFitsFamily } from './certificate/encryption-key-fits-family.js';
import { encryptionKeyHasY } from './certificate/encryption-key-has-y.js';
import { encryptionKeyIsCompressed } from './certificate/encryption-key-is-compressed.js';
import { encryptionKeyOnCurve } from './certificate/encryption-key-on-curve.js';
import { endOfChainIssuesNothing } from './certificate/end-of-chain-issues-nothing.js';
import { enrolmentHasAnEnd } from './certificate/enrolment-has-an-end.js';
import { enrolmentIsNotForTheRoad } from './certificate/enrolment-is-not-for-the-road.js';
import { enrolmentMayRequest } from './certificate/enrolment-may-request.js';
import { enrolmentNamesNobody } from './certificate/enrolment-names-nobody.js';
import { explicitHasKeyAndSignature } from './certificate/explicit-has-key-and-signature.js';
import { extensionIdsAreUnique } from './certificate/extension-ids-are-unique.js';
import { groupLinkageValueIsNotZero } from './certificate/group-linkage-value-is-not-zero.js';
import { groupNamesApplicationsOnce } from './certificate/group-names-applications-once.js';
import { groupPermitsSomething } from './certificate/group-permits-something.js';
import { idFitsKind } from './certificate/id-fits-kind.js';
import { implicitHasNeither } from './certificate/implicit-has-neither.js';
import { issuerIsNotImplicitInCcsa } from './certificate/issuer-is-not-implicit-in-ccsa.js';
import { issuerIsTheNamedOne } from './certificate/issuer-is-the-named-one.js';
import { keyIsNotTheIssuers } from './certificate/key-is-not-the-issuers.js';
import { keysDiffer } from './certificate/keys-differ.js';
import { lastCaEndsTheChain } from './certificate/last-ca-ends-the-chain.js';
import { linkageValueIsNotZero } from './certificate/linkage-value-is-not-zero.js';
import { managementSspFitsKind } from './certificate/management-ssp-fits-kind.js';
import { managementSspIsReadable } from './certificate/management-ssp-is-readable.js';
import { managementSspVersion } from './certificate/management-ssp-version.js';
import { nameIsHostname } from './certificate/name-is-hostname.js';
import { onlyEnrolmentRequests } from './certificate/only-enrolment-requests.js';
import { onlyRootsSignThemselves } from './certificate/only-roots-sign-themselves.js';
import { pcaIssuesApplications } from './certificate/pca-issues-applications.js';
import { permissionListsAreNotEmpty } from './certificate/permission-lists-are-not-empty.js';
import { permissionListsAreShort } from './certificate/permission-lists-are-short.js';
import { permissionsWithinIssuer } from './certificate/permissions-within-issuer.js';
import { permitsSomething } from './certificate/permits-something.js';
import { pseudonymLastsOnePeriod } from './certificate/pseudonym-lasts-one-period.js';
import { pseudonymManagesNothing } from './certificate/pseudonym-manages-nothing.js';
import { pseudonymNamesItsCraca } from './certificate/pseudonym-names-its-craca.js';
import { pseudonymPeriodIsItsTime } from './certificate/pseudonym-period-is-its-time.js';
import { pseudonymStartsOnBoundary } from './certificate/pseudonym-starts-on-boundary.js';
import { receiversHaveEncryptionKey } from './certificate/receivers-have-encryption-key.js';
import { regionIsNotEmpty } from './certificate/region-is-not-empty.js';
import { regionNamesPlacesOnce } from './certificate/region-names-places-once.js';
import { regionPartsAreFew } from './certificate/region-parts-are-few.js';
import { regionShapeHasArea } from './certificate/region-shape-has-area.js';
import { regionWithinIssuer } from './certificate/region-within-issuer.js';
import { rolloverIsUnused } from './certificate/rollover-is-unused.js';
import { rootNamesItsRegion } from './certificate/root-names-its-region.js';
import { rootsNameNoCraca } from './certificate/roots-name-no-craca.js';
import { rootsSignThemselves } from './certificate/roots-sign-themselves.js';
import { selfHashFitsKey } from './certificate/self-hash-fits-key.js';
import { selfIssuedIsExplicit } from './certificate/self-issued-is-explicit.js';
import { signatureFitsIssuerHash } from './certificate/signature-fits-issuer-hash.js';
import { signatureIsNotZero } from './certificate/signature-is-not-zero.js';
import { sspRangeAllIsLeftOut } from './certificate/ssp-range-all-is-left-out.js';
import { validityEndsWithinTime32 } from './certificate/validity-ends-within-time32.js';
import { validityIsNotEndless } from './certificate/validity-is-not-endless.js';
import { validityIsPositive } from './certificate/validity-is-positive.js';
import { validityUnitIsSane } from './certificate/validity-unit-is-sane.js';
import { validityWithinIssuer } from './certificate/validity-within-issuer.js';
import { verificationKeyHasY } from './certificate/verification-key-has-y.js';
import { verificationKeyIsCompressed } from './certificate/verification-key-is-compressed.js';
import { verificationKeyOnCurve } from './certificate/verification-key-on-curve.js';
import { versionIs3 } from './certificate/version-is-3.js';
import { ccsaCrlType } from './crl/ccsa-crl-type.js';
import { crlCracaIsSignerOrItsIssuer } from './crl/crl-craca-is-signer-or-its-issuer.js';
import { crlEndsAfterItBegins } from './crl/crl-ends-after-it-begins.js';
import { crlHeaderIsBare } from './crl/crl-header-is-bare.js';
import { crlIsRenewedInTime } from './crl/crl-is-renewed-in-time.js';
import { crlPsid } from './crl/crl-psid.js';
import { crlSignerIsPermitted } from './crl/crl-signer-is-permitted.js';
import { crlVersionIs1 } from './crl/crl-version-is-1.js';
import { hashCrlEntriesAreCurrent } from './crl/hash-crl-entries-are-current.js';
import { hashCrlEntriesAreInOrder } from './crl/hash-crl-entries-are-in-order.js';
import { hashCrlEntriesAreUnique } from './crl/hash-crl-entries-are-unique.js';
import { linkedCrlEntriesAreCurrent } from './crl/linked-crl-entries-are-current.js';
import { linkedCrlGroupsAreFilled } from './crl/linked-crl-groups-are-filled.js';
import { linkedCrlHasAList } from './crl/linked-crl-has-a-list.js';
import { linkedCrlIrevIsNotPast } from './crl/linked-crl-irev-is-not-past.js';
import { linkedCrlJmaxIsPositive } from './crl/linked-crl-jmax-is-positive.js';
import { linkedCrlLasDiffer } from './crl/linked-crl-las-differ.js';
import { linkedCrlSeedsAreInOrder } from './crl/linked-crl-seeds-are-in-order.js';
import { linkedCrlSeedsAreNotZero } from './crl/linked-crl-seeds-are-not-zero.js';
import { linkedCrlSeedsAreUnique } from './crl/linked-crl-seeds-are-unique.js';
import { linkedCrlWalksAreShort } from './crl/linked-crl-walks-are-short.js';
import { listAddressesAreUrls } from './list/list-addresses-are-urls.js';
import { listEndsAfterItBegins } from './list/list-ends-after-it-begins.js';
import { listIsNotEmpty } from './list/list-is-not-empty.js';
import { listIsRenewedInTime } from './list/list-is-renewed-in-time.js';
import { listIssuerIsTheSigner } from './list/list-issuer-is-the-signer.js';
import { listNamesOnce } from './list/list-names-once.js';
import { listNamesWhatIsValid } from './list/list-names-what-is-valid.js';
import { listSignerSignedItself } from './list/list-signer-signed-itself.js';
import { listVersionIs1 } from './list/list-version-is-1.js';
import { tdclNamesItsDomain } from './list/tdcl-names-its-domain.js';
import { tdclNamesNoRoot } from './list/tdcl-names-no-root.js';
import { trclDoesNotNameItsSigner } from './list/trcl-does-not-name-its-signer.js';
import { trclNamesRootsOnly } from './list/trcl-names-roots-only.js';
import { spduApplicationIsPermitted } from './spdu/spdu-application-is-permitted.js';
import { spduCarriesItsPayload } from './spdu/spdu-carries-its-payload.js';
import { spduExpiresAfterGeneration } from './spdu/spdu-expires-after-generation.js';
import { spduHasGenerationTime } from './spdu/spdu-has-generation-time.js';
import { spduHasNoGenerationLocation } from './spdu/spdu-has-no-generation-location.js';
import { spduHashFitsSignature } from './spdu/spdu-hash-fits-signature.js';
import { spduMadeWhileCertificateValid } from './spdu/spdu-made-while-certificate-valid.js';
import { spduSignatureFitsCertificate } from './spdu/spdu-signature-fits-certificate.js';
import { spduSignerForm } from './spdu/spdu-signer-form.js';
import { spduVersionIs3 } from './spdu/spdu-version-is-3.js';
import type { Rule } from './rule.js';
import type { CertificateSubject, CrlSubject, ListSubject, SpduSubject } from './subject.js';

export const certificateRules: readonly Rule<CertificateSubject>[] = [
  versionIs3,
  explicitHasKeyAndSignature,
  implicitHasNeither,
  ccsaCertificatesAreExplicit,
  onlyRootsSignThemselves,
  rootsSignThemselves,
  selfIssuedIsExplicit,
  selfHashFitsKey,
  signatureFitsIssuerHash,
  signatureIsNotZero,
  ecdsaRIsXOnly,
  ccsaKeysAreSm2,
  ccsaIssuerIsNamedBySm3,
  verificationKeyHasY,
  verificationKeyIsCompressed,
  encryptionKeyHasY,
  encryptionKeyIsCompressed,
  encryptionKeyFitsFamily,
  keysDiffer,
  receiversHaveEncryptionKey,
  validityIsPositive,
  validityUnitIsSane,
  validityEndsWithinTime32,
  validityIsNotEndless,
  pseudonymLastsOnePeriod,
  pseudonymStartsOnBoundary,
  pseudonymPeriodIsItsTime,
  enrolmentHasAnEnd,
  idFitsKind,
  authorityHasName,
  enrolmentNamesNobody,
  nameIsHostname,
  linkageValueIsNotZero,
  groupLinkageValueIsNotZero,
  pseudonymNamesItsCraca,
  rootsNameNoCraca,
  cracaAndSeriesGoTogether,
  regionIsNotEmpty,
  regionPartsAreFew,
  regionNamesPlacesOnce,
  regionShapeHasArea,
  ccsaRegionIsChina,
  rootNamesItsRegion,
  assuranceBitsAreFree,
  rolloverIsUnused,
  ccsaHasNoAdditions,
  cubkIsForAuthorities,
  extensionIdsAreUnique,
  permitsSomething,
  permissionListsAreNotEmpty,
  appPermissionsAreUnique,
  permissionListsAreShort,
  allStandsOnce,
  groupNamesApplicationsOnce,
  groupPermitsSomething,
  chainLengthStartsAtOne,
  chainLengthRangeFromMinusOne,
  eeTypeIsNamed,
  sspRangeAllIsLeftOut,
  bitmapAndMaskAreOfOneLength,
  endOfChainIssuesNothing,
  caIssuesSomething,
  enrolmentMayRequest,
  onlyEnrolmentRequests,
  enrolmentIsNotForTheRoad,
  pseudonymManagesNothing,
  deviceSignsNoCrl,
  managementSspIsReadable,
  managementSspFitsKind,
  managementSspVersion,
  crlSspIsReadable,
  craSignsCrls,
  ecaIssuesEnrolments,
  pcaIssuesApplications,
  lastCaEndsTheChain,
  validityWithinIssuer,
  issuerIsTheNamedOne,
  issuerIsNotImplicitInCcsa,
  keyIsNotTheIssuers,
  permissionsWithinIssuer,
  regionWithinIssuer,
  verificationKeyOnCurve,
  encryptionKeyOnCurve,
];

export const crlRules: readonly Rule<CrlSubject>[] = [
  crlVersionIs1,
  crlEndsAfterItBegins,
  crlIsRenewedInTime,
  crlPsid,
  crlHeaderIsBare,
  crlSignerIsPermitted,
  crlCracaIsSignerOrItsIssuer,
  ccsaCrlType,
  linkedCrlHasAList,
  linkedCrlGroupsAreFilled,
  linkedCrlJmaxIsPositive,
  linkedCrlLasDiffer,
  linkedCrlSeedsAreNotZero,
  linkedCrlSeedsAreUnique,
  linkedCrlSeedsAreInOrder,
  linkedCrlEntriesAreCurrent,
  linkedCrlWalksAreShort,
  linkedCrlIrevIsNotPast,
  hashCrlEntriesAreUnique,
  hashCrlEntriesAreInOrder,
  hashCrlEntriesAreCurrent,
];

export const listRules: readonly Rule<ListSubject>[] = [
  listVersionIs1,
  listEndsAfterItBegins,
  listIsRenewedInTime,
  listIssuerIsTheSigner,
  listSignerSignedItself,
  listIsNotEmpty,
  listNamesOnce,
  listNamesWhatIsValid,
  listAddressesAreUrls,
  trclNamesRootsOnly,
  trclDoesNotNameItsSigner,
  tdclNamesItsDomain,
  tdclNamesNoRoot,
];

export const spduRules: readonly Rule<SpduSubject>[] = [
  spduVersionIs3,
  spduHashFitsSignature,
  spduHasGenerationTime,
  spduHasNoGenerationLocation,
  spduExpiresAfterGeneration,
  spduSignerForm,
  spduCarriesItsPayload,
  spduApplicationIsPermitted,
  spduMadeWhileCertificateValid,
  spduSignatureFitsCertificate,
];
