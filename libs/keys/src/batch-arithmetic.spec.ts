import { arithmeticHere } from './batch-arithmetic.js';
import { describeBatchArithmetic } from './batch-arithmetic.conformance.fixture.js';

describeBatchArithmetic('arithmeticHere', () => Promise.resolve(arithmeticHere));
