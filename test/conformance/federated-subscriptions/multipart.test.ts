import { testOurs } from './ours.contract.ts'

testOurs('multipart')
