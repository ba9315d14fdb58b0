import { makeMetrics } from './metrics.ts'

test('counters add up, one line per label set in whatever order its labels came', () => {
  const metrics = makeMetrics()
  metrics.count('events_total')
  metrics.count('events_total', undefined, 4)
  metrics.count('closed_total', { transport: 'websocket', code: '1013' })
  metrics.count('closed_total', { code: '1013', transport: 'websocket' })
  metrics.count('closed_total', { code: '1000', transport: 'websocket' })
  expect(metrics.render()).toBe(
    [
      '# TYPE events_total counter',
      'events_total 5',
      '# TYPE closed_total counter',
      'closed_total{code="1013",transport="websocket"} 2',
      'closed_total{code="1000",transport="websocket"} 1',
      '',
    ].join('\n'),
  )
})

test('a histogram counts each observation in its bucket and all above, with sum and count', () => {
  const metrics = makeMetrics()
  for (const seconds of [0.001, 0.02, 0.02, 99]) metrics.observe('wait_seconds', seconds, { kind: 'a' })
  const lines = metrics.render().split('\n')
  expect(lines).toContain('# TYPE wait_seconds histogram')
  expect(lines).toContain('wait_seconds_bucket{kind="a",le="0.001"} 1')
  expect(lines).toContain('wait_seconds_bucket{kind="a",le="0.01"} 1')
  expect(lines).toContain('wait_seconds_bucket{kind="a",le="0.025"} 3')
  expect(lines).toContain('wait_seconds_bucket{kind="a",le="10"} 3')
  expect(lines).toContain('wait_seconds_bucket{kind="a",le="+Inf"} 4')
  expect(lines).toContain('wait_seconds_count{kind="a"} 4')
  expect(lines.find((line) => line.startsWith('wait_seconds_sum'))).toMatch(/ 99\.041\d*$/)
})

test('a gauge is read when asked, and gone when disposed; one that throws is not known', () => {
  const metrics = makeMetrics()
  let open = 1
  const gauge = metrics.gauge('streams', () => open)
  using _broken = metrics.gauge('broken', () => {
    throw new Error('no')
  })
  open = 7
  expect(metrics.render()).toBe('# TYPE streams gauge\nstreams 7\n# TYPE broken gauge\nbroken NaN\n')
  const newer = metrics.gauge('streams', () => 8)
  gauge[Symbol.dispose]() // replaced already: takes nothing away
  expect(metrics.render()).toContain('streams 8')
  newer[Symbol.dispose]()
  expect(metrics.render()).not.toContain('streams')
})

test('labels cannot break the format', () => {
  const metrics = makeMetrics()
  metrics.count('a_total', { path: 'a"b\\c\nd' })
  expect(metrics.render()).toBe('# TYPE a_total counter\na_total{path="a\\"b\\\\c\\nd"} 1\n')
})

test('a name with a description has its line of help, once, before its type', () => {
  const metrics = makeMetrics({ a_total: 'What a counts: \\ and\nmore.' })
  metrics.count('a_total', { kind: 'x' })
  metrics.count('a_total', { kind: 'y' })
  metrics.count('b_total')
  expect(metrics.render().split('\n').slice(0, 4)).toEqual([
    '# HELP a_total What a counts: \\\\ and\\nmore.',
    '# TYPE a_total counter',
    'a_total{kind="x"} 1',
    'a_total{kind="y"} 1',
  ])
  expect(metrics.render()).not.toContain('HELP b_total')
})

test('label sets are bounded: the rest is counted together, and none is lost', () => {
  const metrics = makeMetrics()
  for (let i = 0; i < 10_000; i++) metrics.count('a_total', { id: String(i) })
  metrics.count('a_total', { id: '0' })
  const lines = metrics.render().trim().split('\n').slice(1)
  expect(lines).toHaveLength(201)
  expect(lines).toContain('a_total{overflow="true"} 9800')
  expect(lines).toContain('a_total{id="0"} 2')
})

test('a name with two kinds, or one that Prometheus refuses, throws', () => {
  const metrics = makeMetrics()
  metrics.count('a_total')
  expect(() => metrics.observe('a_total', 1)).toThrow('a_total is a counter, not a histogram')
  expect(() => metrics.count('a-b')).toThrow('not a valid name')
  expect(metrics.render()).toBe('# TYPE a_total counter\na_total 1\n')
})
