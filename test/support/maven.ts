import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { assetPath } from '../../platform/assets.ts'

const CACHE = assetPath('.cache')
/** A first run fetches up to 45 MB. */
const FETCH_TIMEOUT_MS = 180_000
const GOAL = 'dependency:copy-dependencies'

/** The class path of jars that `fetchJars` put under this name. */
export const jarsOf = (name: string): string => join(CACHE, name, 'lib', '*')

export const hasJars = (name: string): boolean => existsSync(join(CACHE, name, 'lib'))

/**
 * Puts the jars that a pom.xml names under .cache. Maven works in a folder of its own there, so that nothing is left outside
 * of this checkout, and a rename ends it, so that another run never sees half of it. Returns what went wrong, if anything did.
 */
export async function fetchJars(maven: string, pom: string, name: string): Promise<string | undefined> {
  mkdirSync(CACHE, { recursive: true })
  const work = mkdtempSync(join(CACHE, 'maven-'))
  try {
    const options = [`-Dmaven.repo.local=${join(work, 'repository')}`, `-DoutputDirectory=${join(work, 'out', 'lib')}`]
    const failure = await run([maven, '-q', '-B', '-f', pom, ...options, GOAL], {
      MAVEN_OPTS: `${process.env['MAVEN_OPTS'] ?? ''} -XX:-UsePerfData -Djava.io.tmpdir=${work}`,
    })
    if (failure) return failure
    try {
      renameSync(join(work, 'out'), join(CACHE, name))
    } catch (error) {
      if (!hasJars(name)) throw error // else another run was faster
    }
    return undefined
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** Resolves to undefined, or to the last line that the command wrote when it failed. */
async function run(
  [command, ...args]: [string, ...string[]],
  env: Record<string, string>,
): Promise<string | undefined> {
  const child = spawn(command, args, {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: FETCH_TIMEOUT_MS,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output = (output + text).slice(-10_000)))
  }
  const code = await new Promise<number | null>((resolve) => {
    child.once('error', (error) => ((output += error.message), resolve(1)))
    child.once('close', resolve)
  })
  if (code === 0) return undefined
  return output.split('\n').find((line) => line.includes('ERROR')) ?? (output.trim() || `it ended with ${code}`)
}
