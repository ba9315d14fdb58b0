import { expectResults, type Case, type Expected } from '../world.ts'

/** An order as the subgraph `orders` has it; what the others know of it is theirs. */
export const order = (id: string, more: object = {}): object => ({
  __typename: 'Order',
  id,
  number: 1,
  note: `note of ${id}`,
  customer: { id: 'ann' },
  strictCustomer: { id: 'ann' },
  buyer: { id: 'ann', name: 'lent name' },
  lines: [],
  product: { upc: 'p1' },
  strictProduct: { upc: 'p1' },
  products: [],
  origin: { city: 'Bonn', country: { code: 'DE' } },
  ...more,
})

export const tick = (n: number, more: object = {}): object => ({ n, maybe: null, matrix: [], ...more })

interface OneEvent extends Expected {
  /** The root field, and the event that it is given. */
  readonly on: readonly [field: string, event: unknown]
  readonly query: string
  readonly variables?: Readonly<Record<string, unknown>>
  readonly operationName?: string
  readonly optional?: true
}

/** The commonest case: one event, one result. */
export function oneEvent(
  title: string,
  { on: [field, event], query, variables = {}, operationName, optional, ...expected }: OneEvent,
): Case {
  return {
    title,
    ...(optional && { optional }),
    async run(world) {
      const stream = await world.open(field, query, {
        variables,
        ...(operationName !== undefined && { operationName }),
      })
      world.emit(field, event)
      await expectResults(world, stream, [expected])
    },
  }
}
