export { issue } from '#edges/pca-pra/issue.js';
