export { pca } from '#apps/pca/src/pca.authority.js';
