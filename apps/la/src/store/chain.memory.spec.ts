import { chainStoreConformance } from './chain.conformance.fixture.js';
import { memoryChainStore } from './chain.memory.fixture.js';

describe('chains in memory', () => chainStoreConformance(memoryChainStore));
