import { pino, stdTimeFunctions, type LevelWithSilent } from 'pino'
import type { Log } from './log.ts'
import { redactFields, redactText } from './redact.ts'

export interface LogOptions {
  readonly level: LevelWithSilent
  /** Takes one line, including its newline; the default is standard output. */
  readonly write?: (line: string) => void
  /** Facts of every line. */
  readonly base?: Readonly<Record<string, unknown>>
}

type Level = 'debug' | 'info' | 'warn' | 'error'
type Facts = Readonly<Record<string, unknown>>

/** Fields that pino writes itself; a fact of the same name would be a duplicate key. */
const RESERVED: ReadonlySet<string> = new Set(['level', 'time', 'message'])

/** Writes JSON lines synchronously, so that the last line before a crash is not lost. */
export function openLog({ level, write, base = {} }: LogOptions): Log {
  const options = {
    level,
    base: null,
    messageKey: 'message',
    timestamp: stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const logger = write ? pino(options, { write }) : pino(options)

  const make = (ownFacts: Facts): Log => {
    const line = (at: Level) => (message: string, facts?: Facts) => {
      if (!logger.isLevelEnabled(at)) return
      logger[at]({ ...ownFacts, ...(facts && clean(facts)) }, redactText(message))
    }
    return {
      debug: line('debug'),
      info: line('info'),
      warn: line('warn'),
      error: line('error'),
      with: (facts) => make({ ...ownFacts, ...clean(facts) }),
    }
  }
  return make(clean(base))
}

function clean(facts: Facts): Facts {
  try {
    const fields = Object.entries(redactFields(facts))
    return Object.fromEntries(fields.map(([key, value]) => [RESERVED.has(key) ? `${key}_` : key, value]))
  } catch {
    return { facts: '[unreadable]' } // a getter threw
  }
}
