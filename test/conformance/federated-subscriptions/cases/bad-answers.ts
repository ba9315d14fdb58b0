import { deepStrictEqual, fail, ok } from 'node:assert'
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import type { Result } from '../clients/client.ts'
import { faultsOf } from '../faults.ts'
import type { HttpBody } from '../subgraphs/subgraph.ts'
import { arrived, type Case, type Concern, type Need, type World } from '../world.ts'
import { order } from './shapes.ts'

/** Streams whose entity fetches get a bad answer of their own each, at the same moment. */
const AT_ONCE = 15

interface Answered {
  readonly title: string
  /** Of the result that it would be; `key` is what the e-mail address is called in it. */
  readonly body: (result: object, key: string) => HttpBody
}

const sample = { data: { _entities: [{ email: 'ann@example.org' }] } }
const sampleWithErrors = {
  data: { _entities: [{ email: null }] },
  errors: [{ message: 'No.', path: ['_entities', 0, 'email'], locations: [], extensions: { code: 'X' } }],
  extensions: { cost: 1 },
}

const query = (victim: number) =>
  `subscription ($shop: ID!) { order(shop: $shop) { id customer { e${victim}: email } product { name } } }`

/** Throws where the result is not what is due to one whose fetch was answered so. */
type Check = (result: Result, sent: HttpBody, key: string) => void

/** Each is the answer to another stream's fetch, while others' are answered well. */
function meets(title: string, all: () => readonly Answered[], check: Check, needs?: Need): Case {
  return {
    title,
    ...(needs && { needs }),
    async run(world) {
      const answers = all()
      for (let at = 0; at < answers.length; at += AT_ONCE) {
        await meetTogether(world, answers.slice(at, at + AT_ONCE), check)
      }
    },
  }
}

async function meetTogether(world: World, all: readonly Answered[], check: Check): Promise<void> {
  const victims = await Promise.all(all.map((_, i) => world.subscribe(query(i))))
  const bystander = await world.subscribe(query(all.length))
  await world.eventually(() => deepStrictEqual(world.openStreams('order'), all.length + 1))
  const sent: HttpBody[] = []
  world.subgraphs.customers.answer({
    how: 'rewrite',
    rewrite(result, asked) {
      const victim = Number(/\be(\d+): ?email/.exec(asked)?.[1] ?? NaN)
      const body = all[victim]?.body(result, `e${victim}`)
      if (body) sent[victim] = body
      return body ?? null
    },
  })
  world.emit('order', order('o1'))
  await Promise.all([...victims, bystander].map((stream) => arrived(world.eventually, stream, 1)))
  const problems: string[] = []
  for (const [i, { results }] of victims.entries()) {
    try {
      check(results[0] ?? {}, sent[i] ?? fail('It was not asked.'), `e${i}`)
    } catch (error) {
      const { message } = error as Error
      problems.push(`${all[i]?.title}: ${message} ${JSON.stringify(results[0]).slice(0, 500)}`)
    }
  }
  deepStrictEqual(bystander.results, [whole('o1', `e${all.length}`)])
  world.subgraphs.customers.answer({ how: 'normally' })
  world.emit('order', order('o2'))
  await Promise.all([...victims, bystander].map((stream) => arrived(world.eventually, stream, 2)))
  for (const [i, { results }] of victims.entries()) deepStrictEqual(results[1], whole('o2', `e${i}`))
  for (const stream of [...victims, bystander]) stream.stop()
  await world.eventually(() => deepStrictEqual(world.openStreams('order'), 0))
  if (problems.length > 0) fail(`${problems.length} of ${all.length}: ${problems.slice(0, 10).join('\n')}`)
}

const whole = (id: string, key: string, email: string | null = 'ann@example.org') => ({
  data: { order: { id, customer: { [key]: email }, product: { name: 'name of p1' } } },
})

/** What was fetched from others is there, and of this a value, or null with an error at the place of what was asked. */
const checkPlaced: Check = ({ data, errors }, { body }, key) => {
  const email: unknown = data?.order?.customer?.[key]
  deepStrictEqual(data, whole('o1', key, email as string | null).data)
  ok(email === null || typeof email === 'string', 'It is no text.')
  const sent = parsed(body.toString())
  const saidNull = Array.isArray(sent?.data?._entities) && sent.data._entities[0]?.[key] === null
  const notFound = Array.isArray(sent?.data?._entities) && sent.data._entities[0] === null
  const said = Array.isArray(sent?.errors) && sent.errors.length > 0
  if (said || (email === null && !saidNull && !notFound)) ok(errors && errors.length > 0, 'It is not told.')
  for (const { message, path } of errors ?? []) {
    ok(message.trim() !== '', 'An error says nothing.')
    deepStrictEqual(path?.slice(0, 2), ['order', 'customer'], 'The error is at another place.')
  }
}

/** Null where it is no JSON: then it has to be told. */
function parsed(
  text: string,
): { data?: { _entities?: (Record<string, unknown> | null)[] | null } | null; errors?: unknown } | null {
  try {
    return JSON.parse(text) as ReturnType<typeof parsed>
  } catch {
    return null
  }
}

const checkRight: Check = (result, _, key) => deepStrictEqual(result, whole('o1', key))

const asJson = (value: unknown) => ({ body: JSON.stringify(value) ?? '' })

/** The faults of a sample, in answers that call the e-mail address otherwise. */
const faultsIn = (shape: object): Answered[] =>
  [...faultsOf(shape)].map(({ title, apply }) => ({
    title,
    body: (_, key) => ({ body: asJson(apply(shape)).body.replaceAll('"email"', `"${key}"`) }),
  }))

/** An error, and what becomes of it. */
const errorAt = (title: string, path: unknown): Answered => ({
  title,
  body: (result) => asJson({ ...result, errors: [{ message: 'No.', path }] }),
})

const encoded = (encoding: string, encode: (text: string) => Buffer): Answered => ({
  title: `in ${encoding}`,
  body: (result) => ({ body: encode(JSON.stringify(result)), headers: { 'content-encoding': encoding } }),
})

/** Whatever is wrong with an answer of a subgraph: the right error at the right place, and nothing else is touched. */
export const badAnswers: Concern = {
  name: 'bad answers',
  cases: [
    meets(
      'an answer with something wrong in it costs what was asked, at whose place there is an error',
      () => faultsIn(sample),
      checkPlaced,
    ),
    meets('an answer with errors and something wrong in it: the same', () => faultsIn(sampleWithErrors), checkPlaced),
    meets(
      'an error that names no entity is told at the place of what was asked',
      () => [
        errorAt('an entity too many', ['_entities', 1, 'email']),
        errorAt('far too many', ['_entities', 9, 'email']),
        errorAt('a negative one', ['_entities', -1]),
        errorAt('half an entity', ['_entities', 0.5]),
        errorAt('an entity by its name', ['_entities', '0', 'email']),
        errorAt('all of them', ['_entities']),
        errorAt('another field', ['odd', 0, 'email']),
        errorAt('the root', []),
        errorAt('no path', undefined),
      ],
      ({ data, errors }, _, key) => {
        deepStrictEqual(data, whole('o1', key).data)
        deepStrictEqual(
          errors?.map(({ message, path }) => ({ message, path })),
          [{ message: 'No.', path: ['order', 'customer'] }],
        )
      },
    ),
    meets(
      'entities that are null with an error of their own: it is told once',
      () => [
        {
          title: 'null',
          body: () => asJson({ data: { _entities: null }, errors: [{ message: 'No.', path: ['_entities'] }] }),
        },
        { title: 'no data', body: () => asJson({ data: null, errors: [{ message: 'No.' }] }) },
        { title: 'errors alone', body: () => asJson({ errors: [{ message: 'No.' }] }) },
      ],
      ({ data, errors = [] }, _, key) => {
        deepStrictEqual(data, whole('o1', key, null).data)
        deepStrictEqual(
          errors.map(({ message }) => message),
          ['No.'],
        )
      },
    ),
    meets(
      'an answer in any encoding that was asked for, or behind a byte order mark, is an answer',
      () => [
        { title: 'a byte order mark', body: (result) => ({ body: Buffer.from(`\uFEFF${JSON.stringify(result)}`) }) },
        { title: 'blanks', body: (result) => ({ body: ` \r\n\t${JSON.stringify(result)}\n` }) },
        {
          title: 'as plain text',
          body: (result) => ({ ...asJson(result), headers: { 'content-type': 'text/plain' } }),
        },
        { title: 'with 500', body: (result) => ({ ...asJson(result), status: 500 }) },
        encoded('gzip', gzipSync),
        encoded('x-gzip', gzipSync),
        encoded('GZIP', gzipSync),
        encoded('br', brotliCompressSync),
        encoded('deflate', deflateSync),
        // Without zlib's head, as some servers understand it.
        encoded('deflate', deflateRawSync),
        encoded('identity', Buffer.from),
        encoded('gzip, br', (text) => brotliCompressSync(gzipSync(text))),
      ],
      checkRight,
      'network',
    ),
    meets(
      'an answer that cannot be read costs what was asked, at whose place there is an error',
      () => [
        { title: 'empty', body: () => ({ body: '' }) },
        { title: 'empty, with 204', body: () => ({ body: '', status: 204 }) },
        { title: 'a page', body: () => ({ body: '<html>Busy</html>' }) },
        { title: 'cut short', body: (result) => ({ body: JSON.stringify(result).slice(0, -1) }) },
        { title: 'twice', body: (result) => ({ body: JSON.stringify(result).repeat(2) }) },
        { title: 'a redirect', body: () => ({ body: '', status: 302, headers: { location: '/elsewhere' } }) },
        encoded('gzip', (text) => gzipSync(text).subarray(0, 20)),
        encoded('gzip', Buffer.from),
        encoded('br', Buffer.from),
        encoded('deflate', Buffer.from),
        encoded('odd', Buffer.from),
        encoded('constructor', Buffer.from),
        encoded('gzip, gzip, gzip, gzip, gzip', (text) => gzipSync(gzipSync(gzipSync(gzipSync(gzipSync(text)))))),
      ],
      checkPlaced,
      'network',
    ),
  ],
}
