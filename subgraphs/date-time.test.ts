import { DateTime } from './date-time.ts'

test.each([
  '2030-01-31T12:00:00Z',
  '2030-01-31T12:00Z',
  '2030-01-31T14:00:00.000000+02:00',
  '+002030-01-31T12:00:00.0Z',
])('an instant is a date, a time and a zone: %s', (text) => {
  expect(DateTime.parseValue(text)).toEqual(new Date('2030-01-31T12:00:00.000Z'))
})

test.each([
  'soon',
  '',
  '5',
  '2030',
  '2030-01-31',
  '1/31/2030',
  'Jan 31 2030',
  '2030-01-31T12:00:00',
  '2030-13-31T12:00Z',
  5,
])('what means another instant on each server, or none, is refused without naming an argument: %p', (value) => {
  let thrown: unknown
  try {
    DateTime.parseValue(value)
  } catch (error) {
    thrown = error
  }
  expect(thrown).toMatchObject({ extensions: { code: 'BAD_USER_INPUT' } })
  expect(thrown).not.toHaveProperty('extensions.argument')
})
