import { testOurs } from './ours.contract.ts'

testOurs('ws', [], true)
