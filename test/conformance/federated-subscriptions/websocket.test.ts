import { KNOWN_MISSES, testOurs } from './ours.contract.ts'

testOurs('ws', KNOWN_MISSES)
