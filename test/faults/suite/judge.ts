import type { Heard, History, Person, Pushed, Sent } from './history.ts'

export interface Verdict {
  readonly sends: number
  readonly acknowledged: number
  readonly retries: number
  /** Messages that a recipient did not get. */
  readonly lost: number
  /** Messages that a recipient got twice, or that a retry stored twice. */
  readonly doubled: number
  /** Messages that a recipient got before an earlier one, or that were numbered before one that was answered earlier. */
  readonly swapped: number
  /** Messages that nobody sent, or that came to somebody who is no member. */
  readonly strange: number
  /** Messages for somebody offline without a push decision, and conversations whose last message was not pushed to them. */
  readonly undecided: number
  /** Second decisions on a push of the same message to the same device, or pushes that the provider got twice. */
  readonly pushedTwice: number
  /** Pushes to devices that got the message on their stream too. */
  readonly extraPushes: number
  /** Their number by the reason of the decision. */
  readonly extraByReason: ReadonlyMap<string, number>
  /** The longest time without any delivery, between the first and the last. */
  readonly worstGapMs: number
  /** The longest time from the answer to a send until an online recipient had the message. */
  readonly slowestMs: number
  /** Everything that is wrong, in words. */
  readonly faults: readonly string[]
}

type Wrong = 'lost' | 'doubled' | 'swapped' | 'strange' | 'undecided' | 'pushedTwice'

/**
 * Judges a run whose streams have ended. Whoever is a member must have got each message that was acknowledged, or that anybody
 * else got, once and in its order; whoever was offline, one decision on a push of it.
 */
export function judge(history: History): Verdict {
  const counts: Record<Wrong, number> = { lost: 0, doubled: 0, swapped: 0, strange: 0, undecided: 0, pushedTwice: 0 }
  const faults: string[] = []
  const wrong = (what: Wrong, words: string) => {
    counts[what] += 1
    faults.push(`${what}: ${words}`)
  }
  const known = collectMessages(history, wrong)
  judgeSenders(history.sends, wrong)
  for (const person of history.people) judgePerson(person, history.members, known, wrong)
  const extraByReason = judgePushes(history, known, wrong)
  return {
    sends: history.sends.length,
    acknowledged: history.sends.filter(({ answers }) => answers.length > 0).length,
    retries: history.sends.reduce((sum, { retries }) => sum + retries, 0),
    ...counts,
    extraPushes: [...extraByReason.values()].reduce((sum, count) => sum + count, 0),
    extraByReason,
    ...timesOf(history),
    faults,
  }
}

type Report = (what: Wrong, words: string) => void

interface Message {
  readonly id: string
  readonly conversation: string
  readonly sequence: number
  readonly text: string
  readonly sender: string
}

/** Every message that exists: it was acknowledged, or somebody got it. By its id. */
function collectMessages({ sends, people }: History, wrong: Report): Map<string, Message> {
  const byText = new Map(sends.map((sent) => [sent.text, sent]))
  const known = new Map<string, Message>()
  const idOf = new Map<string, string>()
  const add = (sent: Sent, { messageId: id, sequence }: { messageId: string; sequence: number }) => {
    const { text, conversation, sender } = sent
    const other = idOf.get(text)
    if (other !== undefined && other !== id && !known.has(id)) wrong('doubled', `${text} is ${other} and also ${id}`)
    idOf.set(text, other ?? id)
    const message = known.get(id) ?? { id, conversation, sequence, text, sender }
    if (message.sequence !== sequence || message.text !== text)
      wrong('strange', `${id} is ${message.text} with number ${message.sequence}, and also ${text} with ${sequence}`)
    known.set(id, message)
  }
  for (const sent of sends) for (const answer of sent.answers) add(sent, answer)
  for (const { name, heard } of people) {
    for (const one of heard) {
      const sent = byText.get(one.text)
      if (sent?.conversation === one.conversation) add(sent, one)
      else wrong('strange', `${name} got ${one.text} in ${one.conversation}, where nobody sent it`)
    }
  }
  return known
}

/** Of one sender, what was answered before the next was sent has a smaller number. */
function judgeSenders(sends: readonly Sent[], wrong: Report): void {
  const groups = new Map<string, Sent[]>()
  for (const sent of sends) {
    if (sent.answers.length === 0) continue
    const key = `${sent.sender} ${sent.conversation}`
    groups.set(key, [...(groups.get(key) ?? []), sent])
  }
  for (const group of groups.values()) {
    const inOrder = group.toSorted((a, b) => a.startedAt - b.startedAt)
    for (const [at, sent] of inOrder.entries()) {
      const before = inOrder[at - 1]
      if (!before || first(before).at > sent.startedAt) continue
      if (first(before).sequence > first(sent).sequence)
        wrong('swapped', `${sent.text} was sent after ${before.text} was answered, and is numbered before it`)
    }
  }
}

const first = (sent: Sent) => sent.answers[0]! // of those with an answer

function judgePerson(
  { name, heard }: Person,
  members: History['members'],
  known: ReadonlyMap<string, Message>,
  wrong: Report,
): void {
  const seen = new Set<string>()
  const last = new Map<string, Heard>()
  for (const one of heard) {
    if (!members.get(one.conversation)?.includes(name))
      wrong('strange', `${name} got ${one.text} and is no member of ${one.conversation}`)
    if (seen.has(one.messageId)) {
      wrong('doubled', `${name} got ${one.text} twice`)
      continue
    }
    seen.add(one.messageId)
    const before = last.get(one.conversation)
    if (before && before.sequence > one.sequence) wrong('swapped', `${name} got ${one.text} after ${before.text}`)
    last.set(one.conversation, one)
  }
  for (const message of known.values()) {
    const isMember = members.get(message.conversation)?.includes(name)
    if (isMember && !seen.has(message.id))
      wrong('lost', `${name} did not get ${message.text}, number ${message.sequence}`)
  }
}

/** Returns the number of pushes to devices that got the message on their stream, by reason. */
function judgePushes(history: History, known: ReadonlyMap<string, Message>, wrong: Report): Map<string, number> {
  const { people, members } = history
  const decided = countPushes(history.decisions)
  const provided = countPushes(history.provided)
  const reasons = new Map(history.decisions.map((push) => [nameOf(push), push.reason ?? 'UNKNOWN']))
  const extra = new Map<string, number>()
  for (const { name, deviceId, online } of people) {
    for (const message of known.values()) {
      if (!members.get(message.conversation)?.includes(name)) continue
      const key = nameOf({ deviceId, messageId: message.id })
      const [decisions, pushes] = [decided.get(key) ?? 0, provided.get(key) ?? 0]
      const reason = reasons.get(key)
      if (online && reason !== undefined) extra.set(reason, (extra.get(reason) ?? 0) + 1)
      if (!online && decisions === 0 && message.sender !== name)
        wrong('undecided', `${name} was offline, and no push of ${message.text} was decided on`)
      if (decisions > 1)
        wrong('pushedTwice', `${decisions} decisions on a push of ${message.text} to ${name} were kept`)
      if (pushes > 1) wrong('pushedTwice', `${pushes} pushes of ${message.text} were sent to ${name}`)
    }
    if (online) continue
    for (const { id, text } of lastOfOthers(name, members, known)) {
      const key = nameOf({ deviceId, messageId: id })
      if (decided.has(key) && !provided.has(key))
        wrong('undecided', `${name} was offline, and ${text}, the last message of a conversation, was not pushed`)
    }
  }
  return extra
}

/** Of each conversation of a member the last message that somebody else sent: a push of it may not give way to another one. */
function lastOfOthers(
  name: string,
  members: History['members'],
  known: ReadonlyMap<string, Message>,
): Iterable<Message> {
  const last = new Map<string, Message>()
  for (const message of known.values()) {
    const { conversation, sender, sequence } = message
    if (sender === name || !members.get(conversation)?.includes(name)) continue
    if (sequence > (last.get(conversation)?.sequence ?? 0)) last.set(conversation, message)
  }
  return last.values()
}

const nameOf = ({ deviceId, messageId }: Pushed) => `${deviceId} ${messageId}`

function countPushes(pushes: readonly Pushed[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const push of pushes) counts.set(nameOf(push), (counts.get(nameOf(push)) ?? 0) + 1)
  return counts
}

function timesOf({ sends, people }: History): Pick<Verdict, 'worstGapMs' | 'slowestMs'> {
  const answeredAt = new Map(
    sends.flatMap(({ answers }) => answers.map(({ messageId, at }) => [messageId, at] as const)),
  )
  const heard = people.filter(({ online }) => online).flatMap((person) => person.heard)
  const times = heard.map(({ at }) => at).toSorted((a, b) => a - b)
  let [worstGapMs, slowestMs] = [0, 0]
  for (const [index, at] of times.entries()) worstGapMs = Math.max(worstGapMs, at - (times[index - 1] ?? at))
  for (const { messageId, at } of heard) slowestMs = Math.max(slowestMs, at - (answeredAt.get(messageId) ?? at))
  return { worstGapMs: Math.round(worstGapMs), slowestMs: Math.round(slowestMs) }
}
