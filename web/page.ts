const head = (title: string, more = '') => `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="./explorer/page.css" />
${more}  </head>
`

const what = `<h1>Parley</h1>
      <p>This is a chat server. Its API is GraphQL, for apps and not for browsers' address bars:</p>
      <ul>
        <li>queries and mutations by <code>POST</code> to <code>/graphql</code>, signed with the key of a session;</li>
        <li>subscriptions at the same path by WebSocket (<code>graphql-transport-ws</code>), server-sent events or multipart.</li>
      </ul>
      <p>The documentation is in the folder <code>docs/</code> of the server's source: start with <code>README.md</code>.</p>`

const plain = (note: string) => `${head('Parley')}  <body>
    <main>
      ${what}
${note}    </main>
  </body>
</html>
`

const SCRIPTS = ['react', 'react-dom', 'graphiql', 'graphql-ws']

const explorer = `${head(
  'Parley explorer',
  [
    '    <link rel="stylesheet" href="./explorer/graphiql.css" />\n',
    ...SCRIPTS.map((name) => `    <script defer src="./explorer/${name}.js"></script>\n`),
    '    <script type="module" src="./explorer/explorer.js"></script>\n',
  ].join(''),
)}  <body class="explorer">
    <header>
      <strong>Parley</strong>
      <span>development explorer</span>
      <form id="sign-in">
        <label>Name <input id="name" value="Ada" maxlength="50" /></label>
        <button>Sign in</button>
      </form>
      <output id="who">Nobody is signed in.</output>
    </header>
    <div id="graphiql">Loading…</div>
    <noscript>
      <main>
      ${what}
      </main>
    </noscript>
  </body>
</html>
`

const MISSING = `      <p>The explorer is missing, because its packages are not installed: run <code>npm install</code> and start again.</p>
`

export function page({ explores, missing }: { readonly explores: boolean; readonly missing: boolean }): string {
  return explores ? explorer : plain(missing ? MISSING : '')
}
