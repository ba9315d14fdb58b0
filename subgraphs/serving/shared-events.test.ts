import { buildSchema, execute, type ExecutionResult, GraphQLError, parse } from 'graphql'
import type { Identity } from '../../platform/signature/identity.ts'
import { makeSharedEvents } from './shared-events.ts'

const schema = buildSchema(/* GraphQL */ `
  type Query {
    a: Int
  }
  type Subscription {
    inbox(after: String): Event!
    loud(times: Int): Event!
  }
  interface Event {
    cursor: String!
  }
  type Said implements Event {
    cursor: String!
    text(upTo: Int): String!
    mine: Boolean
    author: Person
  }
  type Joined implements Event {
    cursor: String!
    who: Person
  }
  type Person {
    id: ID!
    nickname: String
  }
`)
const said = schema.getType('Said') as unknown as { getFields(): Record<string, { resolve?: unknown }> }
said.getFields()['author']!.resolve = ({ by }: { by: string }) => ({ id: by })
said.getFields()['mine']!.resolve = ({ by }: { by: string }, _: unknown, { userId }: { userId: string }) =>
  by === userId || Promise.reject(new Error('not yours'))
;(schema.getType('Event') as unknown as { resolveType: unknown }).resolveType = () => 'Said'

const user = (userId: string): Identity => ({ kind: 'user', userId, deviceId: 'phone', sessionId: 'session' })
const event = { by: 'ada', text: 'hello', cursor: 'c1' }

/** Runs the event for each of the users, and counts how often it was made. */
async function run(text: string, users: readonly string[], views: readonly (string | null)[] = []) {
  let made = 0
  const shared = makeSharedEvents(schema, {
    viewOf: (_, identity) => {
      const at = users.indexOf(identity.kind === 'user' ? identity.userId : '')
      return at in views ? views[at]! : 'everybody'
    },
    nameOf: (given) => (given as typeof event).cursor,
    sameForAll: ['Said.author'],
  })
  const document = parse(text)
  const answers: ExecutionResult[] = []
  for (const userId of users) {
    const identity = user(userId)
    const result = shared.run({ document, operationName: undefined, event, identity }, () => {
      made++
      return execute({
        schema,
        document,
        rootValue: { inbox: event, loud: event },
        contextValue: { userId },
        variableValues: { after: userId, upTo: 2, yes: true },
      }) as ExecutionResult
    })
    answers.push(await result)
  }
  return { made, answers, same: new Set(answers).size === 1 }
}

test('an event is made once for all viewers of a view, also where the documents give the root field other variables', async () => {
  const { made, same, answers } = await run(
    'subscription ($after: String) { inbox(after: $after) { __typename cursor ... on Said { text author { id } } ...more } } fragment more on Joined { who { id } }',
    ['ada', 'bob', 'eve'],
  )
  expect({ made, same }).toEqual({ made: 1, same: true })
  expect(answers[2]).toEqual({
    data: { inbox: { __typename: 'Said', cursor: 'c1', text: 'hello', author: { id: 'ada' } } },
  })
})

test('each view is made apart, and a viewer without a view alone', async () => {
  const text = 'subscription { inbox { cursor } }'
  expect((await run(text, ['ada', 'bob', 'eve'], ['sender', 'recipient', 'recipient'])).made).toBe(2)
  expect((await run(text, ['ada', 'bob', 'eve'], [null, null, 'recipient'])).made).toBe(3)
})

test.each([
  ['a field that looks at who asks', 'subscription { inbox { ... on Said { mine } } }'],
  ['such a field in a fragment', 'subscription { inbox { ...f } } fragment f on Said { mine }'],
  ['a variable below the root field', 'subscription ($upTo: Int) { inbox { ... on Said { text(upTo: $upTo) } } }'],
  ['a condition that is a variable', 'subscription ($yes: Boolean!) { inbox { cursor @include(if: $yes) } }'],
  ['a condition on a fragment', 'subscription ($yes: Boolean!) { inbox { ... on Said @skip(if: $yes) { text } } }'],
])('%s keeps answers apart', async (_, text) => {
  expect((await run(text, ['ada', 'bob'])).made).toBe(2)
})

test('an answer with errors is nobody else’s, at once or later', async () => {
  const shared = makeSharedEvents(schema, {
    viewOf: () => 'everybody',
    nameOf: (event) => String(event),
    sameForAll: [],
  })
  const document = parse('subscription { inbox { cursor } }')
  let made = 0
  const ask = (errors: boolean, later: boolean) =>
    shared.run({ document, operationName: undefined, event, identity: user('ada') }, () => {
      made++
      const result = { data: null, ...(errors && { errors: [new GraphQLError('away')] }) }
      return later ? Promise.resolve(result) : result
    })
  await ask(true, false)
  await Promise.all([ask(true, true), ask(false, false)])
  expect(made).toBe(3)
})
