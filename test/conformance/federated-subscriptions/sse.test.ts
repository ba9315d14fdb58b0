import { KNOWN_MISSES, testOurs } from './ours.contract.ts'

testOurs('sse', KNOWN_MISSES)
