/** One thing that is wrong in a message or an answer. */
export interface Fault {
  /** `payload.errors.0.path is a number` */
  readonly title: string
  /** The names on the way to what is wrong. */
  readonly path: readonly string[]
  /** Another such value with the same wrong in it. */
  apply(value: unknown): unknown
}

/** `undefined` is left out by JSON: the field is missing. */
const ODD: readonly (readonly [what: string, value: unknown])[] = [
  ['missing', undefined],
  ['null', null],
  ['a text', 'odd'],
  ['an empty text', ''],
  ['a number', 7_000_000],
  ['a negative number', -1],
  ['a fraction', 0.5],
  ['true', true],
  ['an empty list', []],
  ['a list of odd things', [null, 'odd', 7, [], {}, { message: 7, path: 'x', extensions: [] }]],
  ['an object', { odd: 5 }],
  ['a long text', 'long '.repeat(20_000)],
  ['deep', JSON.parse('{"a":'.repeat(500) + '1' + '}'.repeat(500))],
]

/** Each field of a sample, however deep, and all of it, replaced by each odd thing. */
export function* faultsOf(sample: unknown): Generator<Fault> {
  for (const path of pathsOf(sample)) {
    for (const [what, odd] of ODD) {
      const title = `${path.length > 0 ? path.join('.') : 'all of it'} is ${what}`
      yield { title, path, apply: (value) => replaced(value, path, odd) }
    }
  }
}

function* pathsOf(value: unknown, at: readonly string[] = []): Generator<readonly string[]> {
  yield at
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) yield* pathsOf(inner, [...at, key])
}

function replaced(value: unknown, [key, ...rest]: readonly string[], odd: unknown): unknown {
  if (key === undefined) return odd
  if (Array.isArray(value))
    return value.map((item: unknown, i) => (String(i) === key ? replaced(item, rest, odd) : item))
  return { ...(value as object), [key]: replaced((value as Record<string, unknown>)[key], rest, odd) }
}

/** Texts that mean the same as this message, as other servers, and proxies on the way, write it. */
export function* spellingsOf(frame: object): Generator<readonly [what: string, text: string]> {
  const text = JSON.stringify(frame)
  for (const [what, blank] of Object.entries({ 'a line feed': '\n', 'a space': ' ', 'a CRLF': '\r\n', tabs: '\t\t' })) {
    yield [`${what} behind it`, text + blank]
    yield [`${what} before it`, blank + text]
    yield [`${what} before its last bracket`, text.slice(0, -1) + blank + '}']
  }
  yield ['a byte order mark before it', '\uFEFF' + text]
  yield ['spread over lines', JSON.stringify(frame, null, 2)]
  for (const keys of permutations(Object.keys(frame))) {
    const entries = keys.map((key) => [key, (frame as Record<string, unknown>)[key]] as const)
    yield [`in the order ${keys.join(', ')}`, JSON.stringify(Object.fromEntries(entries))]
  }
  yield ['with a name more behind', text.slice(0, -1) + ',"extra":{"payload":{"data":null}}}']
  yield ['with an object more behind', text.slice(0, -1) + ',"extra":{}}']
  yield ['with escapes', text.replace('"type"', '"t\\u0079pe"')]
}

/** Texts that stand for no message, or for two. */
export function* garblingsOf(frame: object): Generator<readonly [what: string, text: string]> {
  const text = JSON.stringify(frame)
  yield ['cut short by one', text.slice(0, -1)]
  yield ['cut short by half', text.slice(0, text.length / 2)]
  yield ['with a bracket too many', text + '}']
  yield ['with a comma behind', text + ',']
  yield ['with a word behind', text + 'odd']
  yield ['twice in one message', text + text]
  yield ['with its type twice', text.slice(0, -1) + ',"type":"complete"}']
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]]
  return items.flatMap((item, i) => permutations(items.filter((_, at) => at !== i)).map((rest) => [item, ...rest]))
}
