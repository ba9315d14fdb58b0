import { plain } from '../../support/digits.ts'
import type { SubgraphName } from './schema.ts'

type Thing = Record<string, unknown>
type Reference = Record<string, unknown>

/**
 * What is special about some ids, so that a case needs no hidden state: `gone` resolves to null, `throws` fails as a whole,
 * and of `broken` only single fields fail.
 */
function entity(id: unknown, make: (id: string) => Thing): Thing | Promise<never> | null {
  const known = String(id)
  if (known.startsWith('gone')) return null
  // Not thrown: that would fail the whole list of which it is one.
  if (known.startsWith('throws')) return Promise.reject(new Error(`${known} cannot be read.`))
  return make(known)
}

const failsFor = (id: string, value: unknown) => () => {
  if (id.startsWith('broken')) throw new Error(`A field of ${id} is broken.`)
  return value
}

const customer = (id: string): Thing => ({
  id,
  name: `name of ${id}`,
  email: failsFor(id, `${id}@example.org`),
  strictEmail: failsFor(id, `${id}@example.org`),
  friends: ({ first }: { first: number }) => Array.from({ length: first }, (_, at) => customer(`${id}.${at + 1}`)),
  favourite: () => ({ upc: `favourite-of-${id}` }),
  greeting: ({ word, tone }: { word: string; tone?: string }) =>
    `${word} ${id}${tone === undefined || tone === null ? '' : ` (${tone})`}`,
})

const maker = (id: string): Thing => ({ id, name: `maker ${id}` })

const product = (upc: string): Thing => ({
  upc,
  sku: `sku-${upc}`,
  name: `name of ${upc}`,
  nickname: failsFor(upc, `nick of ${upc}`),
  price: ({ currency }: { currency: string }) => (currency === 'USD' ? 110 : 100),
  weight: upc.startsWith('weightless') ? null : 10,
  size: { width: 3, height: 4 },
  maker: maker(`m-${upc}`),
})

const media = (id: string): Thing =>
  id.startsWith('song')
    ? { __typename: 'Song', id, title: `title of ${id}`, key: 'C' }
    : { __typename: 'Film', id, title: `title of ${id}`, minutes: 90 }

const typeByField = (value: Thing, field: string, otherwise: string) => (field in value ? otherwise : undefined)

export const resolvers: Record<SubgraphName, Record<string, Record<string, unknown>>> = {
  orders: {
    Query: { orders: () => [] },
    Tick: {
      label: ({ n }: { n: number }, { prefix }: { prefix: string | null }) => `${prefix ?? 'null'}${n}`,
      sum: (_: unknown, { of }: { of: number[] }) => of.reduce((sum, one) => sum + one, 0),
      range: (_: unknown, { range }: { range?: Thing | null }) =>
        range ? `${String(range['from'])}..${String(range['to'])} ${String(range['unit'])}` : 'none',
      unit: (_: unknown, { unit }: { unit: string }) => unit,
      echo: (_: unknown, { value }: { value: unknown }) => value,
    },
    Item: { __resolveType: (value: Thing) => value['__typename'] },
    Subject: {
      __resolveType: (value: Thing) => value['__typename'] ?? typeByField(value, 'number', 'Order'),
    },
  },
  customers: {
    Query: { customer: (_: unknown, { id }: { id: string }) => customer(id) },
    Customer: { __resolveReference: ({ id }: Reference) => entity(id, customer) },
  },
  products: {
    Query: {
      product: (_: unknown, { upc }: { upc: string }) => product(upc),
      media: () => [media('film-1'), media('song-1')],
    },
    Product: {
      __resolveReference: ({ upc, sku }: Reference) => entity(upc ?? String(sku).replace(/^sku-/, ''), product),
    },
    Maker: { __resolveReference: ({ id }: Reference) => entity(id, maker) },
    Book: { __resolveReference: ({ id }: Reference) => entity(id, (known) => ({ id: known, isbn: `isbn-${known}` })) },
    Game: {
      __resolveReference: ({ id }: Reference) => entity(id, (known) => ({ id: known, publisher: maker(`m-${known}`) })),
    },
    Media: {
      __resolveType: (value: Thing) => value['__typename'],
      __resolveReference: ({ id }: Reference) => entity(id, media),
    },
    Film: { __resolveReference: ({ id }: Reference) => entity(id, media) },
    Song: { __resolveReference: ({ id }: Reference) => entity(id, media) },
  },
  stock: {
    Query: { stock: () => 'stock' },
    Mutation: { restock: (_: unknown, { upc }: { upc: string }) => `more of ${upc}` },
    Product: {
      __resolveReference: (given: Reference) =>
        entity(given['upc'], (upc) => ({
          ...given,
          upc,
          inStock: 5,
          shipping: typeof given['weight'] === 'number' ? given['weight'] * 2 : -1,
          volume: () => {
            const { width, height } = given['size'] as { width: number; height: number }
            return width * height
          },
          dollars: `$${String(given['price'])}`,
        })),
    },
    Account: {
      __resolveReference: ({ number, balance }: Reference) => ({
        number,
        owner: `owner of ${plain(number)}`,
        fee: `fee of ${plain(balance)}`,
      }),
    },
    Order: {
      __resolveReference: ({ id, lines }: Reference) => ({
        id,
        pieces: (lines as { quantity: number }[] | undefined)?.reduce((sum, { quantity }) => sum + quantity, 0),
      }),
    },
  },
  delivery: {
    Query: { delivery: () => 'delivery' },
    Product: {
      __resolveReference: ({ upc, shipping }: Reference) =>
        entity(upc, (known) => ({ upc: known, deliveryPrice: typeof shipping === 'number' ? shipping + 1 : null })),
    },
    Place: {
      __resolveReference: ({ city, country }: Reference) => ({
        city,
        country,
        hours: `hours of ${String(city)} ${(country as { code: string }).code}`,
      }),
    },
  },
  ratings: {
    Query: { ratings: () => 'ratings' },
    Product: { __resolveReference: ({ sku }: Reference) => entity(sku, (known) => ({ sku: known, rating: 4 })) },
    Maker: { __resolveReference: ({ id }: Reference) => entity(id, (known) => ({ id: known, rating: 3 })) },
    Media: { __resolveReference: ({ id }: Reference) => entity(id, (known) => ({ id: known, stars: 5 })) },
  },
}
