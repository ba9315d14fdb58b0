import type { Graph } from './federated-graph.ts'

/** The graph with `@cacheControl(scope: PUBLIC)` on these fields and types, as composition would have put it there. */
export function publicly(graph: Graph, marks: readonly string[], mark = '@cacheControl(scope: PUBLIC)'): string {
  let sdl = graph.supergraphSdl.replace(
    /^schema\n/m,
    'schema\n  @link(url: "https://example.org/cacheControl/v1.0", import: ["@cacheControl"])\n',
  )
  for (const [type = '', field] of marks.map((one) => one.split('.'))) {
    const before = sdl
    const start = sdl.search(new RegExp(`^type ${type}\\b`, 'm'))
    const end = sdl.indexOf('\n}', start)
    const body = sdl.slice(start, end)
    const marked = field
      ? body.replace(new RegExp(`^(  ${field}\\b(?:\\([^)]*\\))?: [\\w\\[\\]!]+)`, 'm'), `$1 ${mark}`)
      : body.replace(/^(type \w+(?: implements \w+)?)/, `$1 ${mark}`)
    sdl = sdl.slice(0, start) + marked + sdl.slice(end)
    if (sdl === before) throw new Error(`There is no ${type}.${field}.`)
  }
  return `${sdl}
    enum CacheControlScope @join__type(graph: REVIEWS) {
      PUBLIC @join__enumValue(graph: REVIEWS)
      PRIVATE @join__enumValue(graph: REVIEWS)
    }
    directive @cacheControl(maxAge: Int, scope: CacheControlScope) on FIELD_DEFINITION | OBJECT`
}
