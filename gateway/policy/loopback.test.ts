import { isLoopbackHost, isLoopbackOrigin } from './loopback.ts'

test('an origin of this machine is one on whatever port; a name that only looks like it is none', () => {
  for (const own of [
    'http://localhost:5173',
    'https://127.0.0.1',
    'http://127.1.2.3:80',
    'http://[::1]:3000',
    'http://app.localhost',
  ]) {
    expect([own, isLoopbackOrigin(own)]).toEqual([own, true])
  }
  const foreign = [
    'http://localhost.evil.example',
    'http://evil.example#localhost',
    'http://127.0.0.1.evil.example',
    'http://192.168.0.7',
  ]
  for (const other of [
    ...foreign,
    'null',
    '',
    'file://localhost',
    'chrome-extension://localhost',
    'http://localhost@evil.example',
  ]) {
    expect([other, isLoopbackOrigin(other)]).toEqual([other, false])
  }
})

test('a host of this machine is one on whatever port; a foreign name that points here is none', () => {
  for (const own of ['localhost:4000', '127.0.0.1:4000', '[::1]:4000', 'LOCALHOST'])
    expect([own, isLoopbackHost(own)]).toEqual([own, true])
  for (const other of ['evil.example:4000', 'localhost.evil.example', '', undefined, 'a b']) {
    expect([other, isLoopbackHost(other)]).toEqual([other, false])
  }
})
