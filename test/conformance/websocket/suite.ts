import type { Finding } from '../support/finding.ts'
import { handshake, initialisation, pings } from './cases/connecting.ts'
import { invalidMessages } from './cases/invalid.ts'
import { closing, single, streaming } from './cases/operating.ts'
import { makeKit, type Case, type Options, type Section } from './kit.ts'

export const sections: readonly Section[] = [
  handshake,
  initialisation,
  pings,
  single,
  streaming,
  closing,
  invalidMessages,
]

/** Runs the whole suite against the server at this URL (`ws:` or `wss:`), a case after the other. */
export async function* run(url: string, options: Options = {}): AsyncGenerator<Finding> {
  for (const { name, cases } of sections) {
    for (const one of cases) {
      const finding = { group: name, title: one.title, optional: one.level === 'SHOULD' }
      if (one.needs !== undefined && options[one.needs] === undefined) {
        yield { ...finding, outcome: { how: 'skipped', why: `${one.needs} is not set` } }
        continue
      }
      try {
        await runCase(one, url, options)
        yield { ...finding, outcome: { how: 'passes' } }
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error)
        yield { ...finding, outcome: { how: one.level === 'SHOULD' ? 'lacks' : 'fails', why } }
      }
    }
  }
}

/** Rejects where the sentence does not hold. */
export async function runCase(one: Case, url: string, options: Options): Promise<void> {
  const { kit, close } = makeKit(url, options)
  try {
    await one.run(kit)
  } finally {
    options.slow?.release()
    close()
  }
}
