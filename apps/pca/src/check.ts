/** The check of what a PCA stored: every batch of every period, with its intents (`main.js --check`, libs/service). */
import { periodAt } from '#credentials/period.js';
import type { CheckedRole } from '#service/check-main.js';
import { checkAll } from './jobs/check-all.js';
import { pcaAuthority } from './pca.authority.js';
import { PcaSettings } from './pca.config.js';
import { checkStore } from './store/check.store.js';

export const checkedPca: CheckedRole = {
  face: pcaAuthority,
  hasPeriods: true,
  walk(dataSource, { nowMillis, sinceI, settings, ...needs }, counts) {
    const { linkageAuthorities } = PcaSettings.parse(settings.roleSettings);
    const currentI = periodAt(needs.profile.epochMillis, nowMillis);
    return checkAll(sinceI, { ...needs, linkageAuthorities, currentI, store: checkStore(dataSource) }, counts);
  },
};
