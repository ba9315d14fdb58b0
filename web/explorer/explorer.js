/**
 * GraphiQL with signed requests. "Sign in" makes a new user: a device, a one-time password that a server in
 * development mode gives to this page, and a session. The session is only in this page's memory: a reload signs out.
 */
import { signRequest } from './sign.js'

const { GraphiQL, graphqlWs, React, ReactDOM } = window
const url = new URL('./graphql', location.href)
const wsUrl = new URL(url)
wsUrl.protocol = url.protocol.replace('http', 'ws')

let session = null
let socket = connect()

/**
 * Each connection belongs to the present session. `connectionParams` is called for each, because a nonce is valid only
 * once.
 */
function connect() {
  const whose = session
  return graphqlWs.createClient({
    url: wsUrl.href,
    connectionParams: () => (whose ? signRequest({ session: whose, method: 'WS', target: wsUrl.pathname }) : {}),
    keepAlive: 10_000,
  })
}

async function post(request) {
  const body = JSON.stringify(request)
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json, application/json' }
  const signed = session ? await signRequest({ session, method: 'POST', target: url.pathname, body }) : {}
  const response = await fetch(url, { method: 'POST', headers: { ...headers, ...signed }, body, credentials: 'omit' })
  return response.json()
}

/**
 * Reads the kind of the operation from the text to send, because GraphiQL's own parsed document lags behind the typed
 * text. A kind is a keyword outside of all braces, and the operation's name follows it.
 */
function isSubscription({ query, operationName }) {
  const bare = query.replace(/"""[^]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*/g, '')
  const outside = bare.replace(/\([^()]*\)/g, ' ')
  const operations = []
  let depth = 0
  for (const [, kind, name, brace] of outside.matchAll(/\b(query|mutation|subscription)\b\s*(\w*)|([{}])/g)) {
    if (brace) depth += brace === '{' ? 1 : -1
    else if (depth === 0) operations.push({ kind, name })
  }
  const chosen = operations.find(({ name }) => name === operationName) ?? operations[0]
  return chosen?.kind === 'subscription'
}

const fetcher = (request) => (isSubscription(request) ? socket.iterate(request) : post(request))

/** Sends a request of the sign-in itself: an error is thrown. */
async function ask(query, input) {
  const { data, errors } = await post({ query, variables: { input } })
  if (errors) throw new Error(errors[0].message)
  return data
}

async function signIn(name) {
  session = null
  const { registerDevice } = await ask(
    'mutation ($input: RegisterDeviceInput!) { registerDevice(input: $input) { device { id } deviceSecret } }',
    { name: `${name}'s explorer`, platform: 'WEB' },
  )
  const device = { deviceId: registerDevice.device.id, deviceSecret: registerDevice.deviceSecret }
  const address = `explorer.${crypto.randomUUID()}@parley.invalid`
  await ask('mutation ($input: RequestOtpInput!) { requestOtp(input: $input) { expiresAt } }', { ...device, address })
  const answer = await fetch(new URL('./explorer/code', location.href), { method: 'POST', body: address })
  const { code, error } = await answer.json()
  if (error) throw new Error(error)
  const { verifyOtp } = await ask(
    `mutation ($input: VerifyOtpInput!) {
      verifyOtp(input: $input) { session { id hmacKey user { id displayName } } failure }
    }`,
    { ...device, address, code, displayName: name },
  )
  if (!verifyOtp.session) throw new Error(`The code was refused: ${verifyOtp.failure}.`)
  session = verifyOtp.session
  await socket.dispose()
  socket = connect()
  return session.user
}

const who = document.getElementById('who')
document.getElementById('sign-in').addEventListener('submit', async (event) => {
  event.preventDefault()
  who.textContent = 'Signing in…'
  try {
    const user = await signIn(document.getElementById('name').value.trim() || 'Ada')
    who.textContent = `Signed in as ${user.displayName}, user ${user.id}. Another tab can be somebody else.`
  } catch (error) {
    who.textContent = error.message
  }
})

const TABS = [
  `# Ctrl-Enter runs it. Who is signed in?
query Me {
  me {
    id
    displayName
  }
}
`,
  `# Everything that happens in one's conversations, live. Another tab may write.
subscription Inbox {
  inbox {
    __typename
    cursor
    ... on MessageReceived {
      message {
        text
        sender {
          displayName
        }
      }
    }
  }
}
`,
  `# The id of the user in another tab, and then a message in the conversation that this gives.
mutation Open {
  openDirectConversation(input: { userId: "" }) {
    conversation {
      id
    }
  }
}

mutation Send {
  sendMessage(input: { conversationId: "", clientMessageId: "1", text: "Hello" }) {
    message {
      sequence
    }
  }
}
`,
]

ReactDOM.createRoot(document.getElementById('graphiql')).render(
  React.createElement(GraphiQL, {
    fetcher,
    defaultTabs: TABS.map((query) => ({ query })),
    defaultQuery: '',
    shouldPersistHeaders: false,
  }),
)
