export { vector } from './host.fixture.js';
