import { KNOWN_MISSES, testOurs } from './ours.contract.ts'

testOurs('multipart', KNOWN_MISSES)
