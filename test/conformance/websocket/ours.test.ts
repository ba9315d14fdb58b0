import { ourSocketSettings, startOurs } from '../federated-subscriptions/ours.ts'
import { openStage, type Stage } from '../federated-subscriptions/suite.ts'
import type { Options } from './kit.ts'
import { optionsOf } from './servers.ts'
import { runCase, sections } from './suite.ts'

const cases = sections.flatMap(({ name, cases }) => cases.map((one) => [name, one.title, one] as const))

let stage: Stage
let options: Options

beforeAll(async () => {
  stage = await openStage(({ sdl }) => startOurs(sdl, ourSocketSettings))
  options = { ...optionsOf(stage), ...ourSocketSettings }
})
afterAll(() => stage?.[Symbol.asyncDispose]())

test.each(cases)('%s: %s', (_, _title, one) => runCase(one, stage.url.replace('http', 'ws'), options))
