import type { Clock } from '../platform/clock/clock.ts'
import type { MessagesPorts } from './chat/messages/ports.ts'
import type { MutationResolvers as ChatMutations } from './chat/generated/resolvers.ts'
import type { Context } from './users/context.ts'
import type { DevicesPorts } from './users/devices/ports.ts'
import type { MutationResolvers, Resolvers } from './users/generated/resolvers.ts'

/** The compiler does the checking: an expected error that does not come fails the check of types. */
describe('a resolver gets the ports of its topic', () => {
  const device = {
    id: 'd',
    name: 'phone',
    platform: 'WEB' as const,
    model: null,
    appVersion: null,
    pushService: null,
  }

  test('and reaches its own', () => {
    const registerDevice: MutationResolvers<DevicesPorts>['registerDevice'] = (_, _input, ports) => ({
      device,
      deviceSecret: String(ports.clock.now()),
    })
    expect(registerDevice).toBeInstanceOf(Function)
  })

  test('and reaches none of another topic', () => {
    const ofDevices: MutationResolvers<DevicesPorts>['registerDevice'] = (_, _input, ports) => {
      // @ts-expect-error One-time passwords are sent by the topic of signing in.
      void ports.otp
      return { device, deviceSecret: '' }
    }
    const ofMessages: ChatMutations<MessagesPorts>['sendMessage'] = (_, _input, ports) => {
      // @ts-expect-error Streams are opened by the topic of the inbox.
      throw new Error(String(ports.node))
    }
    expect([ofDevices, ofMessages]).toHaveLength(2)
  })

  test('and where it names no ports it gets none', () => {
    const registerDevice: MutationResolvers['registerDevice'] = (_, _input, ports) => {
      // @ts-expect-error Nothing is known of what a resolver gets that names no ports.
      void ports.clock
      return { device, deviceSecret: '' }
    }
    expect(registerDevice).toBeInstanceOf(Function)
  })

  test('and asks for none that its room does not have', () => {
    const registerDevice: MutationResolvers<{ printer: Clock }>['registerDevice'] = (_, _input, { printer }) => ({
      device,
      deviceSecret: String(printer.now()),
    })
    // @ts-expect-error The room of users has no printer.
    const resolvers: Resolvers<Context> = { Mutation: { registerDevice } }
    expect(resolvers).toBeDefined()
  })
})
