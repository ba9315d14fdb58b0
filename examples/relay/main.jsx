/** A chat with Relay, over the SDK. `?server=` names the server; who is not signed in is asked for an address and its code. */
import { connect } from '@parley/client'
import { openAccount } from '@parley/client/account'
import { browserStorage } from '@parley/client/storage/browser'
import { Suspense, useState } from 'react'
import { createRoot } from 'react-dom/client'
import { RelayEnvironmentProvider } from 'react-relay'
import { Conversations } from './Conversations.jsx'
import { makeEnvironment } from './environment.js'
import { Messages, useLiveMessages } from './Messages.jsx'

const url = new URL(location.href).searchParams.get('server') ?? 'http://127.0.0.1:4000/graphql'
const account = openAccount({ url, storage: browserStorage(), deviceName: 'A page with Relay' })

async function signIn() {
  const address = prompt('E-mail address')
  await account.requestCode(address)
  const { signedIn, failure } = await account.verifyCode(address, prompt('One-time password'), 'Rita')
  if (!signedIn) throw new Error(`The code was refused: ${failure}.`)
  return signedIn
}

function Chat() {
  const [id, open] = useState(null)
  useLiveMessages()
  return (
    <Suspense fallback="Loading …">
      <Conversations onOpen={open} />
      {id && <Messages key={id} id={id} />}
    </Suspense>
  )
}

const { session } = (await account.current()) ?? (await signIn())
createRoot(document.getElementById('root')).render(
  <RelayEnvironmentProvider environment={makeEnvironment(connect({ url, session }))}>
    <Chat />
  </RelayEnvironmentProvider>,
)
