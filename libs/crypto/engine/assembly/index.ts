/** What the engine offers to libs/crypto/src/engine: one line a file. Arguments and results lie on the desk. */
export { desk, deskBytes } from './desk';
