import { digits } from '../../support/digits.ts'
import { expectResults, type Case, type Concern } from '../world.ts'
import { oneEvent, tick } from './shapes.ts'

/** Each is another number to JavaScript. */
const WHOLE = ['9007199254740993', '-9007199254740995', '340282366920938463463374607431768211455']
/** Or another text. */
const OTHERS = ['123456789012.123456789', '1.50', '1e400', '-0', '0.00000010', '1.0E+2']

const account = (number: string, balance: unknown = null) => ({ account: { number, balance } })

const echo = 'subscription ($shop: ID!, $given: Amount) { tick(shop: $shop) { echo(value: $given) } }'

/** What one subgraph calls a number goes through as it is; no specification asks for it, and money depends on it. */
const passes = (title: string, values: readonly unknown[], needs: { needs?: 'network' } = {}): Case[] => [
  {
    ...needs,
    ...oneEvent(`an event has ${title}, by themselves and within lists and objects`, {
      on: ['tick', tick(1, { amount: { a: values, b: { c: values[0], text: '9007199254740993 1.50' } } })],
      query: 'subscription ($shop: ID!) { tick(shop: $shop) { amount } }',
      data: { tick: { amount: { a: values, b: { c: values[0], text: '9007199254740993 1.50' } } } },
      optional: true,
    }),
  },
  {
    ...needs,
    ...oneEvent(`a variable with ${title} reaches the subgraph as it was sent`, {
      on: ['tick', tick(1)],
      query: echo,
      variables: { given: { a: values, b: { c: values[0] } } },
      data: { tick: { echo: { a: values, b: { c: values[0] } } } },
      optional: true,
    }),
  },
]

export const customScalars: Concern = {
  name: 'numbers of custom scalars',
  cases: [
    ...passes('whole numbers of many digits', WHOLE.map(digits)),
    ...passes('fractions and exponents', OTHERS.map(digits), { needs: 'network' }),
    oneEvent('a literal reaches the subgraph as it was written, and a name is no text', {
      on: ['tick', tick(1)],
      query: `subscription ($shop: ID!) { tick(shop: $shop) {
        a: echo(value: {a: [9007199254740993, NAME, "NAME"], b: {c: -9007199254740995}}) b: echo(value: NAME)
      } }`,
      data: {
        tick: {
          a: { a: [digits('9007199254740993'), 'the name NAME', 'NAME'], b: { c: digits('-9007199254740995') } },
          b: 'the name NAME',
        },
      },
      optional: true,
    }),
    oneEvent("the default of a client's variable reaches the subgraph as it was written", {
      on: ['tick', tick(1)],
      query: echo.replace('Amount', 'Amount = [9007199254740993, NAME]'),
      data: { tick: { echo: [digits('9007199254740993'), 'the name NAME'] } },
      optional: true,
    }),
    oneEvent('an entity is looked for by the number that is its key', {
      on: ['tick', tick(1, account(digits('9007199254740993')))],
      query: 'subscription ($shop: ID!) { tick(shop: $shop) { account { owner number } } }',
      data: { tick: { account: { owner: 'owner of 9007199254740993', number: digits('9007199254740993') } } },
      optional: true,
    }),
    {
      title: 'entities whose keys JavaScript takes for one number are several',
      optional: true,
      async run(world) {
        const numbers = ['9007199254740992', '9007199254740993', '9007199254740993'].map(digits)
        const query = 'subscription ($shop: ID!) { tick(shop: $shop) { accounts { owner } } }'
        const stream = await world.open('tick', query)
        world.emit('tick', tick(1, { accounts: numbers.map((number) => ({ number })) }))
        const owners = ['9007199254740992', '9007199254740993', '9007199254740993']
        const accounts = owners.map((number) => ({ owner: `owner of ${number}` }))
        await expectResults(world, stream, [{ data: { tick: { accounts } } }])
      },
    },
    {
      needs: 'network',
      ...oneEvent('a @requires gets the number as it is', {
        on: ['tick', tick(1, account(digits('9007199254740993'), digits('123456789012.123456789')))],
        query: 'subscription ($shop: ID!) { tick(shop: $shop) { account { fee } } }',
        data: { tick: { account: { fee: 'fee of 123456789012.123456789' } } },
        optional: true,
      }),
    },
    ...[
      ['inStock', '4294967296'],
      ['inStock', '1.5'],
      ['inStock', '"5"'],
      ['share', '1e400'],
      ['share', '"0.5"'],
    ].map(([field = '', value = '']): Case => ({
      title: `a subgraph's ${value} is no value of ${field}: null, and an error at its place`,
      needs: 'network',
      async run(world) {
        world.subgraphs.stock.answer({ how: 'body', body: `{"data":{"_entities":[{"${field}":${value}}]}}` })
        const query = `subscription ($shop: ID!) { order(shop: $shop) { product { ${field} } } }`
        const stream = await world.open('order', query)
        world.emit('order', { __typename: 'Order', id: 'o1', number: 1, product: { upc: 'p1' } })
        await expectResults(world, stream, [
          { data: { order: { product: { [field]: null } } }, errors: [['order', 'product', field]] },
        ])
      },
    })),
  ],
}
