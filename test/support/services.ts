/** The real services that tests run against. The global setup starts them; see there for how each is found. */
export const SERVICES = ['postgres', 'redis', 'rabbitmq', 'mongo'] as const
export type Service = (typeof SERVICES)[number]

/** A service that runs, or why it does not. */
export type Started =
  | (Partial<AsyncDisposable> & {
      readonly url: string
      readonly version: string
      /** What it really is: a program's path, the variable that named it, or a stand-in's own name. */
      readonly what: string
      /** Ends it, as disposing does; a service given by URL has neither. */
      readonly stop?: () => Promise<void>
    })
  | { readonly skipped: string }

/** What `test/support/<service>.ts` exports as `start`: everything that it makes lies in `folder`, which is removed after the run. */
export type Start = (folder: string) => Promise<Started>

const variable = (service: Service, what: 'URL' | 'SKIPPED') => `PARLEY_TEST_${service.toUpperCase()}_${what}`

/** From the global setup to the test files, which run in processes of their own. */
export function announce(service: Service, started: Started): void {
  if ('url' in started) process.env[variable(service, 'URL')] = started.url
  else process.env[variable(service, 'SKIPPED')] = started.skipped
}

/** The URL of a service of this run, or null when the run has none. */
export function urlOf(service: Service): string | null {
  return process.env[variable(service, 'URL')] ?? null
}

/** The URL of a service that the test cannot do without. */
export function requireUrl(service: Service): string {
  const url = urlOf(service)
  if (url) return url
  throw new Error(`This test needs ${service}, which this run has not: ${process.env[variable(service, 'SKIPPED')]}`)
}

/** `describe` for tests that need a service: without it they are reported as skipped, with its name. */
export function describeWith(service: Service, name: string, tests: () => void): void {
  if (urlOf(service)) describe(name, tests)
  else describe.skip(`${name} (skipped: no ${service}: ${process.env[variable(service, 'SKIPPED')]})`, tests)
}
