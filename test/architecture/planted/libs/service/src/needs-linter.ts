export { ESLint } from 'eslint';
