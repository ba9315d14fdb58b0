/** The orders of the lists that entities take their places in by what they say. */
/** What is known of an entity. */
export type Fields = Readonly<Record<string, unknown>>

type Order = (one: Fields, other: Fields) => number

const textOf = (fields: Fields, name: string): string => {
  const text = fields[name]
  return typeof text === 'string' ? text : ''
}
const numberOf = (fields: Fields, name: string): number => Number(fields[name] ?? 0)
const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0)

const pinOrderOf = ({ preferences }: Fields): number =>
  ((preferences ?? {}) as { readonly pinOrder?: number | null }).pinOrder ?? Infinity

/** The pinned ones in their order, then the last active first. */
const byActivity: Order = (one, other) => {
  const [pin, otherPin] = [pinOrderOf(one), pinOrderOf(other)]
  if (pin !== otherPin) return pin < otherPin ? -1 : 1
  return (
    byText(textOf(other, 'lastActiveAt'), textOf(one, 'lastActiveAt')) || byText(textOf(other, 'id'), textOf(one, 'id'))
  )
}

const bySequence: Order = (one, other) => numberOf(one, 'sequence') - numberOf(other, 'sequence')

const byTimeOfSending: Order = (one, other) =>
  byText(textOf(one, 'sendAt'), textOf(other, 'sendAt')) || byText(textOf(one, 'id'), textOf(other, 'id'))

const orders: Readonly<Record<string, Order>> = {
  conversations: byActivity,
  messages: bySequence,
  scheduled: byTimeOfSending,
}

/** The order of a list by the part of its name before the colon. */
export function orderOf(list: string): Order {
  const [kind = list] = list.split(':')
  const order = orders[kind]
  if (!order) throw new Error(`The list ${list} has no order of its own: insert at its start or end.`)
  return order
}
