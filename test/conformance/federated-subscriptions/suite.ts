import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Finding } from '../support/finding.ts'
import type { GatewayUnderTest } from '../support/gateway-command.ts'
import { concerns } from './cases/index.ts'
import type { Transport } from './clients/client.ts'
import { composeSupergraph } from './subgraphs/compose.ts'
import { subgraphNames } from './subgraphs/schema.ts'
import { startSubgraphs, type Subgraphs } from './subgraphs/subgraph.ts'
import { runCase, type Case, type Concern, type Settings, type WorldOptions } from './world.ts'

/** Subgraphs that run, the supergraph over them, and a gateway over that. */
export interface Stage extends AsyncDisposable {
  readonly subgraphs: Subgraphs
  readonly url: string
}

/** How a gateway is started over the supergraph, which is given as text and as a file. */
export type StartGateway = (
  supergraph: { readonly sdl: string; readonly file: string },
  subgraphs: Subgraphs,
) => Promise<GatewayUnderTest>

export async function openStage(start: StartGateway): Promise<Stage> {
  const subgraphs = await startSubgraphs()
  const folder = mkdtempSync(join(tmpdir(), 'federated-subscriptions-'))
  const closeSubgraphs = async () => {
    rmSync(folder, { recursive: true })
    await subgraphs[Symbol.asyncDispose]()
  }
  try {
    const urls = Object.fromEntries(subgraphNames.map((name) => [name, subgraphs[name].url]))
    const sdl = composeSupergraph(urls as Parameters<typeof composeSupergraph>[0])
    const file = join(folder, 'supergraph.graphql')
    writeFileSync(file, sdl)
    const gateway = await start({ sdl, file }, subgraphs)
    return {
      subgraphs,
      url: gateway.url,
      async [Symbol.asyncDispose]() {
        await gateway[Symbol.asyncDispose]()
        await closeSubgraphs()
      },
    }
  } catch (error) {
    await closeSubgraphs()
    throw error
  }
}

export interface SuiteOptions {
  readonly transport: Transport
  readonly settings?: Settings
  /** The gateway calls the subgraphs as functions. */
  readonly inProcess?: true
  /** Only concerns and titles that contain this. */
  readonly only?: string
  /** How long anything may take; a gateway that hangs costs this for each case. */
  readonly patienceMs?: number
}

export function worldOptions(
  { subgraphs, url }: Stage,
  { transport, settings = {}, patienceMs = 5_000 }: SuiteOptions,
): WorldOptions {
  return { gateway: { url, wsUrl: url.replace(/^http/, 'ws') }, transport, subgraphs, settings, patienceMs }
}

/** Why a case makes no sense here; null where it does. */
export function whySkipped({ needs }: Case, { transport, settings = {}, inProcess }: SuiteOptions): string | null {
  if (needs === 'network' || (needs === 'upstreamSockets' && inProcess))
    return inProcess ? 'the subgraphs are in the process of the gateway' : null
  if (needs === 'sockets') return transport === 'ws' ? null : 'the transport has one operation per connection'
  return needs !== undefined && settings[needs] === undefined ? `${needs} is not set` : null
}

/** Runs the cases one after the other, each in a shop of its own. */
export async function* runSuite(stage: Stage, options: SuiteOptions): AsyncGenerator<Finding> {
  for (const { concern, one } of casesOf(options.only)) {
    const finding = { group: concern.name, title: one.title, optional: one.optional ?? false }
    const skipped = whySkipped(one, options)
    if (skipped !== null) {
      yield { ...finding, outcome: { how: 'skipped', why: skipped } }
      continue
    }
    try {
      await runCase(one, worldOptions(stage, options))
      yield { ...finding, outcome: { how: 'passes' } }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      yield { ...finding, outcome: { how: one.optional ? 'lacks' : 'fails', why } }
    }
  }
}

export function casesOf(only = ''): readonly { readonly concern: Concern; readonly one: Case }[] {
  return concerns
    .flatMap((concern) => concern.cases.map((one) => ({ concern, one })))
    .filter(({ concern, one }) => `${concern.name}: ${one.title}`.includes(only))
}
