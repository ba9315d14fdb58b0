import { testOurs } from './ours.contract.ts'

/** A subgraph in this process that never answers holds up its stream for ever: there is no time limit without a network. */
const NO_TIME_LIMIT = 'a subgraph that never answers costs its fields, once its time is over'

testOurs('ws', [NO_TIME_LIMIT], true)
