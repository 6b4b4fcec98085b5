export { issuePseudonym } from '#apps/pca/src/domain/issue.js';
