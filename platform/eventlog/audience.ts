import type { Addressed } from './kinds.ts'

/**
 * The first four parameters of a room's published function of recipients: keys, epochs, transaction ids and ids. Such a
 * function gives rows `(ord, user_id)`, where `ord` counts the events from 1.
 */
export function askedPositions(events: readonly Addressed[]): [string[], number[], string[], string[]] {
  return [
    events.map(({ key }) => key),
    events.map(({ position }) => position.epoch),
    events.map(({ position }) => String(position.xid)),
    events.map(({ position }) => String(position.id)),
  ]
}

/** The function's rows, a list of users per event. */
export function byEvent(
  events: readonly Addressed[],
  rows: readonly { readonly ord: number; readonly user_id: string }[],
): string[][] {
  const found = events.map((): string[] => [])
  for (const { ord, user_id } of rows) found[ord - 1]?.push(user_id)
  return found
}
