import type { Complete } from '../../complete.ts'
import { connection } from '../../page.ts'
import { requireId } from '../../parse.ts'
import { requireUser } from '../../viewer.ts'
import type { DeviceResolvers, MutationResolvers, QueryResolvers, UserResolvers } from '../generated/resolvers.ts'
import { maySeeAccount } from '../people/rules.ts'
import type { PersonRow } from '../people/store.ts'
import { addDevice, changePushTarget, dropDevice, nameDevice } from './devices.ts'
import { parseDevice, parseDeviceName, parseDevicePage } from './input.ts'
import type { DevicesPorts } from './ports.ts'
import { parsePushTarget } from './push-target.ts'
import { type DeviceRow, findDevices } from './store.ts'

type Mutations = Required<MutationResolvers<DevicesPorts>>

export const registerDevice: Mutations['registerDevice'] = (_, { input }, context) =>
  addDevice(context, parseDevice(input))

export const renameDevice: Mutations['renameDevice'] = async (_, { input }, context) => {
  const viewer = requireUser(context.identity)
  const name = parseDeviceName(input.name)
  return { device: await nameDevice(context, viewer, requireId('device', input.deviceId), name) }
}

export const removeDevice: Mutations['removeDevice'] = async (_, { input }, context) => ({
  revokedIds: await dropDevice(context, requireUser(context.identity), requireId('device', input.deviceId)),
})

export const setPushTarget: Mutations['setPushTarget'] = async (_, { input }, context) => {
  const viewer = requireUser(context.identity)
  const target = input.target == null ? null : parsePushTarget(input.target)
  return { device: await changePushTarget(context, viewer, target) }
}

export const webPushKey: Required<QueryResolvers<DevicesPorts>>['webPushKey'] = (_, _args, { webPushKey: key }) => key

type ListPorts = Pick<DevicesPorts, 'identity' | 'database' | 'clock'>

/** `User.devices`: those on which the viewer is signed in. */
export const ownDevices: Required<UserResolvers<ListPorts, PersonRow>>['devices'] = async (
  person,
  args,
  { identity, database, clock },
) => {
  if (!maySeeAccount(identity, person)) return null
  const { page, after } = parseDevicePage(args)
  const range = { after, limit: page.limit + 1, now: new Date(clock.now()) }
  return connection(await findDevices(database, person.id, range), page, ({ id }) => id)
}

export const Device: Complete<DeviceResolvers<DevicesPorts>, DeviceRow> = {
  current: ({ id }, _args, { identity }) => identity.kind === 'user' && identity.deviceId === id,
}
