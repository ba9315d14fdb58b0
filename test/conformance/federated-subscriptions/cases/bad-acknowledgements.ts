import { deepStrictEqual, fail, ok } from 'node:assert'
import type { ClientStream } from '../clients/client.ts'
import { faultsOf, spellingsOf } from '../faults.ts'
import type { Rewrite } from '../subgraphs/subgraph.ts'
import type { Concern, World } from '../world.ts'
import { order, tick } from './shapes.ts'

/** Connections of the gateway's that meet a fault of their own each at the same moment. */
const AT_ONCE = 15

/** What a subgraph does about `connection_ack` on one connection. */
interface Acknowledging {
  readonly title: string
  /**
   * Whether it says in the end that it takes the connection: then the stream has to open. `too early`: whoever believes it
   * may be thrown out for asking before the server was done, and is told so.
   */
  readonly acknowledges: boolean | 'too early'
  /** In the place of a message, or of nothing right after the upgrade. */
  readonly rewrite: Rewrite
}

const ACK = JSON.stringify({ type: 'connection_ack' })

/** These texts in place of the acknowledgement. */
const insteadOf = (title: string, acknowledges: boolean, texts: readonly string[]): Acknowledging => ({
  title,
  acknowledges,
  rewrite: ({ type }) => (type === 'connection_ack' ? texts : null),
})

const faults = [...faultsOf({ type: 'connection_ack', payload: {} })].map(({ title, path, apply }) => {
  const text = JSON.stringify(apply({ type: 'connection_ack', payload: {} })) ?? ''
  return insteadOf(title, path[0] === 'payload', [text])
})

const spellings = [...spellingsOf({ type: 'connection_ack', payload: {} })].map(([title, text]) =>
  insteadOf(title, true, [text]),
)

const moments: readonly Acknowledging[] = [
  insteadOf('never', false, []),
  insteadOf('twice', true, [ACK, ACK]),
  insteadOf('behind a ping', true, ['{"type":"ping"}', ACK]),
  insteadOf('behind events of a stream that was not asked for yet', true, [
    '{"id":"1","type":"next","payload":{"data":{"order":null}}}',
    '{"id":"1","type":"error","payload":[{"message":"No."}]}',
    '{"id":"1","type":"complete"}',
    ACK,
  ]),
  insteadOf('in place of it what an older protocol says', false, ['{"type":"connection_error","payload":{}}']),
  {
    title: 'before it is asked for, and again',
    acknowledges: 'too early',
    rewrite: ({ type }) => (type === 'upgraded' ? [ACK] : null),
  },
  {
    title: 'before it is asked for alone',
    acknowledges: 'too early',
    rewrite: ({ type }) => (type === 'upgraded' ? [ACK] : type === 'connection_ack' ? [] : null),
  },
]

/** Each on a connection of its own, since each is of another who asks, beside one that stood before. */
async function meetTogether(world: World, all: readonly Acknowledging[]): Promise<void> {
  const bystander = await world.open('tick', 'subscription ($shop: ID!) { tick(shop: $shop) { n } }')
  const name = world.settings.identityHeader ?? fail('Whoever asks cannot be told apart.')
  const says: ((text: string) => void)[] = []
  world.subgraphs.orders.speak((frame, asked, say) => {
    const victim = Number(new RegExp(`"${name}":"${world.shop}-(\\d+)"`).exec(asked)?.[1] ?? NaN)
    if (!Number.isNaN(victim)) says[victim] = say
    return all[victim]?.rewrite(frame, asked, say) ?? null
  })
  const victims = await Promise.all(
    all.map((_, i) =>
      world.subscribe('subscription ($shop: ID!) { order(shop: $shop) { id } }', {
        headers: { [name]: `${world.shop}-${i}` },
      }),
    ),
  )
  const problems: string[] = []
  const due = all.filter(({ acknowledges }) => acknowledges === true).length
  const ended = () => victims.filter((victim) => victim.ended()).length
  await world.eventually(() => {
    ok(world.openStreams('order') >= due, `${world.openStreams('order')} of ${due} streams opened.`)
    deepStrictEqual(world.openStreams('order') + ended(), all.length, 'A client is told nothing.')
  })
  world.emit('order', order('o1'))
  await Promise.all(
    victims.map(async (victim, i) => {
      const { acknowledges, title } = all[i] as Acknowledging
      try {
        await world.eventually(() =>
          acknowledges === true || (acknowledges && !victim.ended()) ? checkOpen(victim) : checkTold(victim),
        )
      } catch (error) {
        problems.push(`${title}: ${(error as Error).message} ${JSON.stringify([victim.results, victim.ended()])}`)
      }
    }),
  )
  // Late: whoever waited for it was told that it did not come.
  for (const [i, { acknowledges }] of all.entries()) if (acknowledges === false) says[i]?.(ACK)
  world.emit('order', order('o2'))
  world.emit('tick', tick(1))
  await world.eventually(() => deepStrictEqual(bystander.results, [{ data: { tick: { n: 1 } } }]))
  for (const stream of [...victims, bystander]) stream.stop()
  await world.eventually(() => deepStrictEqual([world.openStreams('order'), world.openStreams('tick')], [0, 0]))
  world.subgraphs.orders.speak(null)
  if (problems.length > 0) fail(`${problems.length} of ${all.length}: ${problems.slice(0, 10).join('\n')}`)
}

const checkOpen = ({ results }: ClientStream) => deepStrictEqual(results[0], { data: { order: { id: 'o1' } } })

function checkTold(stream: ClientStream): void {
  const ended = stream.ended()
  ok(ended, 'It is told nothing.')
  deepStrictEqual(
    stream.results.filter(({ data }) => data),
    [],
    'It was answered.',
  )
  const errors = ended.how === 'errors' ? ended.errors : stream.results.flatMap((result) => result.errors ?? [])
  ok(errors.length > 0, 'There is no error.')
  for (const { message } of errors) ok(message.trim() !== '', 'An error says nothing.')
}

const meets = (title: string, all: readonly Acknowledging[]) => ({
  title,
  needs: 'upstreamSockets' as const,
  async run(world: World) {
    for (let at = 0; at < all.length; at += AT_ONCE) await meetTogether(world, all.slice(at, at + AT_ONCE))
  },
})

/** However a subgraph takes a connection: the streams on it open, or their clients are told, and no other notices. */
export const badAcknowledgements: Concern = {
  name: 'bad acknowledgements',
  cases: [
    meets('an acknowledgement with something wrong in its payload is one, any other message is none', faults),
    meets('an acknowledgement in another spelling is the same', spellings),
    meets('an acknowledgement that never comes, twice, too early, or too late', moments),
  ],
}
