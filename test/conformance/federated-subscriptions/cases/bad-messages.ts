import { deepStrictEqual, fail, ok } from 'node:assert'
import { isDeepStrictEqual } from 'node:util'
import type { ClientStream, GraphError, Result } from '../clients/client.ts'
import { faultsOf, garblingsOf, spellingsOf, type Fault } from '../faults.ts'
import type { Frame } from '../subgraphs/subgraph.ts'
import type { Case, Concern, World } from '../world.ts'
import { order, tick } from './shapes.ts'

/** Streams that meet a fault of their own each at the same moment, on one connection of the gateway's. */
const AT_ONCE = 15

/** What is sent in place of an event. */
interface Sent {
  readonly title: string
  /** Whether it still says which stream it is about. */
  readonly named: boolean
  readonly texts: (frame: Frame) => readonly string[]
}

const sample = {
  id: '1',
  type: 'next',
  payload: {
    data: { order: { id: 'o1', note: null, customer: { __typename: 'Customer', id: 'ann' } } },
    errors: [{ message: 'No note.', path: ['order', 'note'], locations: [], extensions: { code: 'X' } }],
    extensions: { cost: 1 },
  },
}

const refusal = {
  id: '1',
  type: 'error',
  payload: [{ message: 'No.', path: ['order'], locations: [], extensions: { code: 'X' } }],
}

const query = (victim: number) =>
  `subscription ($shop: ID!) { order(shop: $shop) { id note customer { email } n${victim}: number } }`

/** A message about a stream, made of the event that the subgraph would send. */
type Make = (frame: Frame) => object

const asItIs: Make = (frame) => frame
const withErrors: Make = ({ id, type, payload }) => {
  const { data } = payload as { data: { order: object } }
  const { errors, extensions } = sample.payload
  return { id, type, payload: { data: { order: { ...data.order, note: null } }, errors, extensions } }
}
const asRefusal: Make = ({ id }) => ({ ...refusal, id })
const asEnd: Make = ({ id }) => ({ id, type: 'complete' })

function sentOf(fault: Fault, make: Make): Sent {
  const [first] = fault.path
  return {
    title: fault.title,
    named: first !== undefined && first !== 'id',
    texts: (frame) => [JSON.stringify(fault.apply(make(frame))) ?? ''],
  }
}

const faultsIn = (shape: object, make: Make) => [...faultsOf(shape)].map((fault) => sentOf(fault, make))
const { errors: _e, extensions: _x, ...plainPayload } = sample.payload

/** Each is met by a stream of its own: it is told, and nobody else notices. */
function meets(title: string, all: () => readonly Sent[], check: Check): Case {
  return {
    title,
    needs: 'upstreamSockets',
    async run(world) {
      const bystander = await openBystander(world)
      const sent = all()
      const named = sent.filter((one) => one.named)
      for (let at = 0; at < named.length; at += AT_ONCE) {
        await meetTogether(world, bystander, named.slice(at, at + AT_ONCE), check)
      }
      for (const one of sent) if (!one.named) await meetAlone(world, bystander, one)
    },
  }
}

/** Throws where the stream was not told what it has to be. `sent`: what came over the socket in place of the first event. */
type Check = (stream: ClientStream, sent: string) => void

async function meetTogether(world: World, bystander: Bystander, all: readonly Sent[], check: Check): Promise<void> {
  const victims = await Promise.all(all.map((_, i) => world.subscribe(query(i))))
  await world.eventually(() => deepStrictEqual(world.openStreams('order'), all.length))
  const sent: string[] = []
  world.subgraphs.orders.speak((frame, asked) => {
    const victim = Number(/\bn(\d+): ?number/.exec(asked)?.[1] ?? NaN)
    const one = all[victim]
    if (frame.type !== 'next' || !one || sent[victim] !== undefined || !asked.includes(`"${world.shop}"`)) return null
    const texts = one.texts(frame)
    sent[victim] = texts.join('')
    return texts
  })
  world.emit('order', order('o1'))
  await bystander.goesOn()
  const problems = await problemsOf(world, victims, (victim, i) => {
    try {
      check(victim, sent[i] ?? '')
    } catch (error) {
      throw new Error(`${all[i]?.title}: ${(error as Error).message} ${shown(victim)}`, { cause: error })
    }
  })
  world.subgraphs.orders.speak(null)
  // Whoever was not ended gets the next event, whole.
  world.emit('order', order('o2'))
  const after = await problemsOf(world, victims, (victim, i) => {
    if (victim.ended() || isDeepStrictEqual(victim.results.at(-1), wholeResult('o2', i))) return
    throw new Error(`${all[i]?.title}, the event after: ${shown(victim)}`)
  })
  problems.push(...after)
  await bystander.goesOn()
  await endAll(world, victims)
  if (problems.length > 0) fail(`${problems.length} of ${all.length}: ${problems.slice(0, 10).join('\n')}`)
}

/** What does not hold of these streams once they had their time, all together. */
async function problemsOf(
  world: World,
  victims: readonly ClientStream[],
  check: (victim: ClientStream, i: number) => void,
): Promise<string[]> {
  const found = await Promise.all(
    victims.map(async (victim, i) => {
      try {
        await world.eventually(() => check(victim, i))
        return null
      } catch (error) {
        return (error as Error).message
      }
    }),
  )
  return found.filter((problem) => problem !== null)
}

/** What says of no stream may have been about any: then all are told that they may have missed something. */
async function meetAlone(world: World, bystander: Bystander, { title, texts }: Sent): Promise<void> {
  const victim = await world.open('order', query(0))
  let met = false
  world.subgraphs.orders.speak((frame, asked) => {
    if (met || frame.type !== 'next' || !asked.includes('n0') || !asked.includes(`"${world.shop}"`)) return null
    met = true
    return texts(frame)
  })
  try {
    world.emit('order', order('o1'))
    await world.eventually(() => ok(met))
    await world.eventually(() => {
      const [first] = victim.results
      if (victim.ended()) return checkEnded(victim)
      if (!first) world.emit('order', order('o2'))
      ok(first, 'It heard nothing.')
      ok(first.errors || first.extensions?.['gap'] === true, 'It was not told that it missed an event.')
    })
    await bystander.comesBack()
  } catch (error) {
    fail(`${title}: ${(error as Error).message} ${shown(victim)}`)
  }
  await endAll(world, [victim])
}

/** To the subgraph a stream may still be open that it ended by what was sent for it. */
async function endAll(world: World, victims: readonly ClientStream[]): Promise<void> {
  for (const victim of victims) victim.stop()
  world.subgraphs.orders.end('order', world.shop)
  await world.eventually(() => deepStrictEqual(world.openStreams('order'), 0))
}

interface Bystander {
  /** Gets the next event, with nothing between, and no word of a gap. */
  goesOn(): Promise<void>
  /** Gets an event again. */
  comesBack(): Promise<void>
}

async function openBystander(world: World): Promise<Bystander> {
  const stream = await world.open('tick', 'subscription ($shop: ID!) { tick(shop: $shop) { n } }')
  let n = 0
  let seen = 0
  return {
    async goesOn() {
      world.emit('tick', tick(++n))
      await world.eventually(() => ok(stream.results.length > seen, `The other stream lost an event: ${shown(stream)}`))
      deepStrictEqual(stream.results.slice(seen), [{ data: { tick: { n } } }])
      seen = stream.results.length
    },
    async comesBack() {
      await world.eventually(() => {
        world.emit('tick', tick(++n))
        const last = stream.results.at(-1)
        ok(stream.results.length > seen, `The other stream heard nothing more: ${shown(stream)}`)
        deepStrictEqual([last?.errors, typeof last?.data?.tick?.n], [undefined, 'number'])
      })
      // What was emitted meanwhile is still to come.
      await world.eventually(() => deepStrictEqual(stream.results.at(-1)?.data, { tick: { n } }))
      seen = stream.results.length
    },
  }
}

const shown = (stream: ClientStream) => JSON.stringify([stream.results, stream.ended()]).slice(0, 1_000)

const wholeResult = (id: string, victim: number): Result => ({
  data: { order: { id, note: `note of ${id}`, customer: { email: 'ann@example.org' }, [`n${victim}`]: 1 } },
})

function checkErrors(errors: readonly GraphError[] | undefined): void {
  ok(errors && errors.length > 0, 'There is no error.')
  for (const { message, path } of errors) {
    ok(typeof message === 'string' && message.trim() !== '', 'An error says nothing.')
    const fits =
      path === undefined || path.every((part) => typeof part === 'string' || (Number.isInteger(part) && part >= 0))
    ok(fits, 'A path is none.')
  }
}

function checkEnded(stream: ClientStream): void {
  const ended = stream.ended()
  ok(ended, 'It goes on.')
  const errors = ended.how === 'errors' ? ended.errors : stream.results.flatMap((result) => result.errors ?? [])
  checkErrors(errors)
}

/** Told of what was wrong with an event: nothing is null, and nothing missing, without an error. */
const checkEvent: Check = (stream, sent) => {
  const [first] = stream.results
  if (!first) return checkEnded(stream)
  if (first.errors) return checkErrors(first.errors)
  const { data, errors } = (JSON.parse(sent.replace(/^\uFEFF/, '')) as { payload: { data: object; errors?: unknown } })
    .payload
  ok(first.data, 'It is null without an error.')
  ok(!Array.isArray(errors) || errors.length === 0, 'The error of the subgraph was lost.')
  checkNulls(first.data, data)
}

function checkNulls(result: unknown, sent: unknown): void {
  if (result === null) return ok(sent === null, 'A value that was sent, or owed, is null without an error.')
  if (typeof result !== 'object') return
  for (const [key, value] of Object.entries(result as object)) {
    checkNulls(value, (sent as Record<string, unknown> | null | undefined)?.[key])
  }
}

const checkRight: Check = (stream) => {
  const [first] = stream.results
  ok(first, 'Nothing came.')
  const victim = Number(/"n(\d+)"/.exec(JSON.stringify(first))?.[1])
  deepStrictEqual(first, wholeResult('o1', victim))
}

const checkRefused: Check = (stream, sent) => {
  checkEnded(stream)
  if (!sent.includes('"type":"error"') || !sent.includes('"No."')) return
  ok(JSON.stringify([stream.ended(), stream.results]).includes('No.'), 'What the subgraph said was lost.')
}

/** Whatever is wrong with a message of a subgraph: the right error at the right place, and no other stream is disturbed. */
export const badMessages: Concern = {
  name: 'bad messages',
  cases: [
    meets(
      'an event with something wrong in it: its stream is told, no other notices, nothing is lost in silence',
      () => faultsIn({ ...sample, payload: plainPayload }, asItIs).filter(({ named }) => named),
      checkEvent,
    ),
    meets(
      'an event that does not say whose it is: all who may have missed it are told so, and go on',
      () => faultsIn({ id: '1' }, asItIs),
      checkEvent,
    ),
    meets(
      'an event with errors and something wrong in it: the same',
      () => faultsIn({ payload: sample.payload }, withErrors).filter(({ title }) => /^payload\.e/.test(title)),
      checkEvent,
    ),
    meets(
      'a stream that a subgraph refuses with something wrong in the refusal: its client is told, no other notices',
      () => faultsIn(refusal, asRefusal).filter(({ named }) => named),
      checkRefused,
    ),
    meets(
      'a stream that a subgraph refuses with what other servers send: its client is told',
      () =>
        [{ message: 'No.' }, 'No.', { errors: [{ message: 'No.' }] }, ['No.'], undefined, null, [], {}].map(
          (payload) => ({
            title: JSON.stringify(payload) ?? 'nothing',
            named: true,
            texts: ({ id }) => [JSON.stringify({ id, type: 'error', payload })],
          }),
        ),
      checkRefused,
    ),
    meets(
      'an end with something wrong in it',
      () => faultsIn({ type: 'complete' }, asEnd).filter(({ named }) => named),
      checkEnded,
    ),
    meets(
      'an event in another spelling is the same event',
      () => {
        const titles = [...spellingsOf(sample)].map(([what]) => what)
        return titles.map((title, i) => ({
          title,
          named: true,
          texts: (frame) => [[...spellingsOf(frame)][i]?.[1] ?? ''],
        }))
      },
      checkRight,
    ),
    meets(
      'an event that is no JSON: its stream is told, and no other notices where it says which stream it is about',
      () => {
        const titles = [...garblingsOf(sample)].map(([what]) => what)
        return titles.map((title, i) => ({
          title,
          named: true,
          texts: (frame) => [[...garblingsOf(frame)][i]?.[1] ?? ''],
        }))
      },
      (stream) => (stream.results[0] ? checkErrors(stream.results[0].errors) : checkEnded(stream)),
    ),
    meets(
      'what is sent twice, late, or about nothing, ends nothing',
      () => {
        const next = (frame: Frame) => JSON.stringify(frame)
        const acks = [7, 'odd', [], null, {}].map((payload) => JSON.stringify({ type: 'connection_ack', payload }))
        const before = [
          '{"type":"pong"}',
          '{"type":"ka"}',
          '{"type":"ping","payload":7}',
          '{"type":"connection_ack"}',
          ...acks,
        ]
        return [...before.map((text) => ({ title: text, named: true, texts: (frame: Frame) => [text, next(frame)] }))]
      },
      checkRight,
    ),
    meets(
      'what comes about a stream after its end goes to nobody',
      () => {
        const end = ({ id }: Frame) => JSON.stringify({ id, type: 'error', payload: [{ message: 'No.' }] })
        const late: Record<string, (frame: Frame) => object> = {
          'another event': (frame) => frame,
          'another refusal': asRefusal,
          'an end': asEnd,
          'something unknown': ({ id }) => ({ id, type: 'odd' }),
        }
        return Object.entries(late).map(([title, make]) => ({
          title,
          named: true,
          texts: (frame: Frame) => [end(frame), JSON.stringify(make(frame))],
        }))
      },
      checkRefused,
    ),
  ],
}
