import type { Addressed } from './kinds.ts'

/**
 * The first four arguments of a SQL function such as `chat.recipients`, which finds the recipients of many events:
 * keys, epochs, transaction ids and ids. It returns rows `(ord, user_id)`, where `ord` counts the events from 1.
 */
export function recipientArguments(events: readonly Addressed[]): [string[], number[], string[], string[]] {
  return [
    events.map(({ key }) => key),
    events.map(({ position }) => position.epoch),
    events.map(({ position }) => String(position.xid)),
    events.map(({ position }) => String(position.id)),
  ]
}

/** Groups the rows of such a function: a list of user ids per event, in the order of the events. */
export function usersByEvent(
  events: readonly Addressed[],
  rows: readonly { readonly ord: number; readonly user_id: string }[],
): string[][] {
  const found = events.map((): string[] => [])
  for (const { ord, user_id } of rows) found[ord - 1]?.push(user_id)
  return found
}
