import { issuedStoreConformance } from './issued.conformance.fixture.js';
import { memoryIssuedStore } from './issued.memory.fixture.js';

describe('issued items in memory', () => issuedStoreConformance(memoryIssuedStore));
