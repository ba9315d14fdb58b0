import type { PushDecision } from './push.ts'

/** What an app gets of a push, as JSON. The webhook passes the same on. */
export interface PushContent {
  /** Absent in a withdrawal. */
  readonly title?: string
  readonly body?: string
  readonly data: Readonly<Record<string, string>>
  readonly collapseKey?: string
  readonly badge?: number
  /** True: take the shown notification with this `collapseKey` away. */
  readonly withdraws?: true
}

/** The content in at most `maxBytes` as JSON: the body is cut, and ends with an ellipsis. */
export function contentOf(decision: PushDecision, maxBytes: number): PushContent {
  const { title, body, data, collapseKey, badge, withdraws } = decision
  const common = {
    data,
    ...(collapseKey !== undefined && { collapseKey }),
    ...(badge !== undefined && { badge }),
  }
  if (withdraws) return { ...common, withdraws }
  const fits = (text: string) => Buffer.byteLength(JSON.stringify({ title, body: text, ...common })) <= maxBytes
  return { title, body: fits(body) ? body : cutToFit(body, fits), ...common }
}

/** The longest beginning that fits, by halving. */
export function cutToFit(text: string, fits: (text: string) => boolean): string {
  const characters = [...text]
  let [least, most] = [0, characters.length]
  while (least < most) {
    const middle = Math.ceil((least + most) / 2)
    if (fits(`${characters.slice(0, middle).join('')}…`)) least = middle
    else most = middle - 1
  }
  return `${characters.slice(0, least).join('')}…`
}
