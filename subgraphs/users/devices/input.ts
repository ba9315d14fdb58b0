import { badInput } from '../../errors.ts'
import { malformedCursor, parsePage } from '../../page.ts'
import { parseId, parseLine, type Valid } from '../../parse.ts'
import type { RegisterDeviceInput, UserDevicesArgs } from '../generated/resolvers.ts'
import { MAX_APP_VERSION, MAX_NAME, MAX_SESSIONS_PER_REQUEST } from '../limits.ts'
import { parsePushTarget, parsePushToken, type PushTarget } from './push-target.ts'

export type DeviceName = Valid<'deviceName'>

export type NewDevice = Valid<
  'device',
  {
    readonly name: DeviceName
    readonly platform: RegisterDeviceInput['platform']
    readonly model: string | null
    readonly appVersion: string | null
    readonly push: PushTarget | null
  }
>

export const parseDeviceName = (text: string): DeviceName => parseLine('name', text, MAX_NAME) as DeviceName // its only maker

export function parseDevice(input: RegisterDeviceInput): NewDevice {
  if (input.pushToken != null && input.pushTarget != null)
    throw badInput('pushTarget', '`pushTarget` must not be given together with `pushToken`.')
  const line = (name: 'model' | 'appVersion', max: number) => {
    const text = input[name]
    return text == null ? null : parseLine(name, text, max)
  }
  const device = {
    name: parseDeviceName(input.name),
    platform: input.platform,
    model: line('model', MAX_NAME),
    appVersion: line('appVersion', MAX_APP_VERSION),
    push: parsePush(input),
  }
  return device as NewDevice // the only maker of NewDevice
}

function parsePush({ pushToken, pushTarget }: RegisterDeviceInput): PushTarget | null {
  if (pushTarget != null) return parsePushTarget(pushTarget)
  return pushToken == null ? null : parsePushToken(pushToken)
}

export function parseDevicePage(args: UserDevicesArgs) {
  const page = parsePage(args, MAX_SESSIONS_PER_REQUEST)
  const after = page.after === null ? null : parseId(page.after)
  if (page.after !== null && after === null) throw malformedCursor()
  return { page, after }
}
