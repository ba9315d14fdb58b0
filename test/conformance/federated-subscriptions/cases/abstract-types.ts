import type { Concern } from '../world.ts'
import { oneEvent, order } from './shapes.ts'

const book = (id: string) => ({ __typename: 'Book', id, title: `title of ${id}`, owner: { id: 'ann' }, pages: 100 })
const game = (id: string) => ({ __typename: 'Game', id, title: `title of ${id}`, owner: null, product: { upc: 'p1' } })
const leaflet = (id: string) => ({ __typename: 'Leaflet', id, title: `title of ${id}`, owner: { id: 'bob' } })
const note = (text: string, upc: string | null = null) => ({ __typename: 'Note', text, about: upc && { upc } })

const ITEM = `
  fragment I on Item {
    __typename
    title
    owner { name }
    ... on Book { pages isbn }
    ... on Game { product { name } publisher { name rating } }
  }
`
const itemOf = {
  book: {
    __typename: 'Book',
    title: 'title of b1',
    owner: { name: 'name of ann' },
    pages: 100,
    isbn: 'isbn-b1',
  },
  game: {
    __typename: 'Game',
    title: 'title of g1',
    owner: null,
    product: { name: 'name of p1' },
    publisher: { name: 'maker m-g1', rating: 3 },
  },
  leaflet: { __typename: 'Leaflet', title: 'title of l1', owner: { name: 'name of bob' } },
}

/** Interfaces, unions and interface objects, whose plan depends on what an event turns out to be. */
export const abstractTypes: Concern = {
  name: 'abstract types',
  cases: [
    oneEvent('an interface, implemented by an entity that another subgraph extends', {
      on: ['item', book('b1')],
      query: `subscription ($shop: ID!) { item(shop: $shop) { ...I } } ${ITEM}`,
      data: { item: itemOf.book },
    }),
    oneEvent('the same document, and another implementation with entities of its own', {
      on: ['item', game('g1')],
      query: `subscription ($shop: ID!) { item(shop: $shop) { ...I } } ${ITEM}`,
      data: { item: itemOf.game },
    }),
    oneEvent('the same document, and an implementation that is no entity', {
      on: ['item', leaflet('l1')],
      query: `subscription ($shop: ID!) { item(shop: $shop) { ...I } } ${ITEM}`,
      data: { item: itemOf.leaflet },
    }),
    oneEvent('a list of all of them', {
      on: ['items', [game('g1'), book('b1'), leaflet('l1'), book('b1')]],
      query: `subscription ($shop: ID!) { items(shop: $shop) { ...I } } ${ITEM}`,
      data: { items: [itemOf.game, itemOf.book, itemOf.leaflet, itemOf.book] },
    }),
    oneEvent('fields of the interface alone', {
      on: ['item', game('g1')],
      query: 'subscription ($shop: ID!) { item(shop: $shop) { id kind: __typename } }',
      data: { item: { id: 'g1', kind: 'Game' } },
    }),
    oneEvent('one name that means another field in each implementation', {
      on: ['items', [book('b1'), game('g1')]],
      query: 'subscription ($shop: ID!) { items(shop: $shop) { ... on Book { x: isbn } ... on Game { x: title } } }',
      data: { items: [{ x: 'isbn-b1' }, { x: 'title of g1' }] },
    }),
    oneEvent('one name that lies with another subgraph in each implementation', {
      on: ['items', [book('b1'), game('g1')]],
      query:
        'subscription ($shop: ID!) { items(shop: $shop) { ... on Book { more: owner { name } } ... on Game { more: owner { email } } } }',
      data: { items: [{ more: { name: 'name of ann' } }, { more: null }] },
    }),
    oneEvent('fragments of which none fits leave an empty object', {
      on: ['item', leaflet('l1')],
      query: 'subscription ($shop: ID!) { item(shop: $shop) { ... on Book { isbn } ... on Game { id } } }',
      data: { item: {} },
    }),
    oneEvent('a fragment of a type under a directive with a variable', {
      on: ['items', [book('b1'), game('g1')]],
      query:
        'subscription ($shop: ID!, $no: Boolean!) { items(shop: $shop) { id ... on Book @include(if: $no) { isbn } ... on Game @skip(if: $no) { publisher { name } } } }',
      variables: { no: false },
      data: { items: [{ id: 'b1' }, { id: 'g1', publisher: { name: 'maker m-g1' } }] },
    }),
    oneEvent('a union: each member with what other subgraphs know of it', {
      on: ['subjects', [order('o1'), { __typename: 'Customer', id: 'bob' }, note('hi', 'p2'), book('b1'), note('ho')]],
      query: `subscription ($shop: ID!) {
        subjects(shop: $shop) {
          __typename
          ... on Order { number customer { name } pieces }
          ... on Customer { name favourite { inStock } }
          ... on Note { text about { name } }
          ... on Book { isbn }
        }
      }`,
      data: {
        subjects: [
          { __typename: 'Order', number: 1, customer: { name: 'name of ann' }, pieces: 0 },
          { __typename: 'Customer', name: 'name of bob', favourite: { inStock: 5 } },
          { __typename: 'Note', text: 'hi', about: { name: 'name of p2' } },
          { __typename: 'Book', isbn: 'isbn-b1' },
          { __typename: 'Note', text: 'ho', about: null },
        ],
      },
    }),
    oneEvent('a union at the root, and a fragment on an interface in it', {
      on: ['subject', book('b1')],
      query: `subscription ($shop: ID!) { subject(shop: $shop) { ...I ... on Order { id } } } ${ITEM}`,
      data: { subject: itemOf.book },
    }),
    oneEvent('a union of which the document names nothing that came', {
      on: ['subject', note('hi')],
      query: 'subscription ($shop: ID!) { subject(shop: $shop) { ... on Customer { name } } }',
      data: { subject: {} },
    }),
    oneEvent('an interface object: fields of the interface from two subgraphs', {
      on: ['media', { id: 'film-1' }],
      query: 'subscription ($shop: ID!) { media(shop: $shop) { id title stars } }',
      data: { media: { id: 'film-1', title: 'title of film-1', stars: 5 } },
    }),
    oneEvent('an interface object: what it really is, as another subgraph says', {
      on: ['media', { id: 'song-1' }],
      query:
        'subscription ($shop: ID!) { media(shop: $shop) { __typename stars ... on Film { minutes } ... on Song { key } } }',
      data: { media: { __typename: 'Song', stars: 5, key: 'C' } },
    }),
  ],
}
