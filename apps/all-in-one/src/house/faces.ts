/** The face of each role's program. */
import { aaaAuthority } from '#apps/aaa/src/aaa.authority.js';
import { acaAuthority } from '#apps/aca/src/aca.authority.js';
import { araAuthority } from '#apps/ara/src/ara.authority.js';
import { craAuthority } from '#apps/cra/src/cra.authority.js';
import { ecaAuthority } from '#apps/eca/src/eca.authority.js';
import { icaAuthority } from '#apps/ica/src/ica.authority.js';
import { laAuthority } from '#apps/la/src/la.authority.js';
import { maAuthority } from '#apps/ma/src/ma.authority.js';
import { pcaAuthority } from '#apps/pca/src/pca.authority.js';
import { praAuthority } from '#apps/pra/src/pra.authority.js';
import { tcmfAuthority } from '#apps/tcmf/src/tcmf.authority.js';
import type { InstanceSettings } from '#service/settings.js';
import { runAuthority, type RunningAuthority } from '#service/run-authority.js';
import type { Clock } from '#credentials/clock.js';
import type { RoleRow } from '../role-table.js';

/** Starts the program of a role. One line a role, so that each keeps the type of its own settings. */
export function startRole(app: RoleRow['app'], settings: InstanceSettings, clock: Clock): Promise<RunningAuthority> {
  const shared = { clock };
  switch (app) {
    case 'ica':
      return runAuthority(icaAuthority, settings, shared);
    case 'tcmf':
      return runAuthority(tcmfAuthority, settings, shared);
    case 'aaa':
      return runAuthority(aaaAuthority, settings, shared);
    case 'eca':
      return runAuthority(ecaAuthority, settings, shared);
    case 'la':
      return runAuthority(laAuthority, settings, shared);
    case 'pca':
      return runAuthority(pcaAuthority, settings, shared);
    case 'pra':
      return runAuthority(praAuthority, settings, shared);
    case 'aca':
      return runAuthority(acaAuthority, settings, shared);
    case 'ara':
      return runAuthority(araAuthority, settings, shared);
    case 'ma':
      return runAuthority(maAuthority, settings, shared);
    case 'cra':
      return runAuthority(craAuthority, settings, shared);
  }
}
