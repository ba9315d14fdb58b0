const link = (...imports: string[]) =>
  `extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: [${imports.map((name) => `"${name}"`).join(', ')}])`

/**
 * Orders arrive in shops. `orders` has the streams and little else; what the rest of an event is made of lies with the
 * others: entities by one key, by a compound one, by one that a third subgraph must translate; fields computed from fields of
 * others (@requires), also in a chain; fields lent (@provides); interfaces, unions and an interface object.
 */
export const typeDefs = {
  orders: `
    ${link('@key', '@external', '@provides', '@shareable', '@interfaceObject')}
    type Query { orders: [Order!]! }
    type Subscription {
      order(shop: ID!): Order!
      maybeOrder(shop: ID!): Order
      orders(shop: ID!): [Order!]!
      sparseOrders(shop: ID!): [Order]!
      item(shop: ID!): Item!
      items(shop: ID!): [Item!]!
      subject(shop: ID!): Subject!
      subjects(shop: ID!): [Subject!]!
      media(shop: ID!): Media!
      product(shop: ID!): Product!
      tick(shop: ID!): Tick!
      "The subgraph refuses it."
      refused(shop: ID!): Tick!
    }
    enum Unit { PIECE DOZEN }
    scalar Amount
    input Range { from: Int! to: Int = 9 unit: Unit }
    type Tick {
      n: Int!
      maybe: String
      label(prefix: String = "n"): String!
      sum(of: [Int!]!): Int!
      range(range: Range): String!
      unit(unit: Unit! = PIECE): String!
      matrix: [[Int!]!]!
      order: Order
      amount: Amount
      echo(value: Amount): Amount
      account: Account
      accounts: [Account!]
    }
    type Account @key(fields: "number") { number: Amount! balance: Amount }
    type Order @key(fields: "id") {
      id: ID!
      number: Int!
      note: String
      customer: Customer
      strictCustomer: Customer!
      buyer: Customer! @provides(fields: "name")
      lines: [Line!]!
      product: Product
      strictProduct: Product!
      lent: Product @provides(fields: "size { width }")
      products: [Product]!
      origin: Place
      previous: Order
    }
    type Line { quantity: Int! product: Product! }
    type Customer @key(fields: "id") { id: ID! name: String! @external }
    type Product @key(fields: "upc") { upc: ID! size: Size! @external }
    type Size { width: Int! @external }
    type Place @key(fields: "city country { code }") { city: String! country: Country! }
    type Country @shareable { code: String! }
    interface Item { id: ID! title: String! owner: Customer }
    type Book implements Item @key(fields: "id") { id: ID! title: String! owner: Customer pages: Int! }
    type Game implements Item @key(fields: "id") { id: ID! title: String! owner: Customer product: Product }
    type Leaflet implements Item { id: ID! title: String! owner: Customer }
    type Note { text: String! about: Product }
    union Subject = Order | Customer | Note | Book
    type Media @key(fields: "id") @interfaceObject { id: ID! }
  `,
  customers: `
    ${link('@key', '@shareable')}
    type Query { customer(id: ID!): Customer }
    enum Tone { WARM COLD }
    type Customer @key(fields: "id") {
      id: ID!
      name: String! @shareable
      email: String
      strictEmail: String!
      friends(first: Int = 2): [Customer!]!
      favourite: Product
      greeting(word: String = "Hello", tone: Tone): String!
    }
    type Product @key(fields: "upc", resolvable: false) { upc: ID! }
  `,
  products: `
    ${link('@key', '@shareable')}
    type Query { product(upc: ID!): Product  media: [Media!]! }
    enum Currency { EUR USD }
    type Product @key(fields: "upc") @key(fields: "sku") {
      upc: ID!
      sku: ID!
      name: String!
      nickname: String
      price(currency: Currency = EUR): Int!
      weight: Int
      size: Size! @shareable
      maker: Maker
    }
    type Size @shareable { width: Int! height: Int! }
    type Maker @key(fields: "id") { id: ID! name: String! }
    type Book @key(fields: "id") { id: ID! isbn: String! }
    type Game @key(fields: "id") { id: ID! publisher: Maker }
    interface Media @key(fields: "id") { id: ID! title: String! }
    type Film implements Media @key(fields: "id") { id: ID! title: String! minutes: Int! }
    type Song implements Media @key(fields: "id") { id: ID! title: String! key: String! }
  `,
  stock: `
    ${link('@key', '@external', '@requires', '@shareable')}
    type Query { stock: String! }
    type Mutation { restock(upc: ID!): String! }
    enum Currency { EUR USD }
    type Product @key(fields: "upc") {
      upc: ID!
      weight: Int @external
      size: Size! @external
      price(currency: Currency = EUR): Int! @external
      inStock: Int
      share: Float
      shipping: Int! @requires(fields: "weight")
      volume: Int! @requires(fields: "size { width height }")
      dollars: String! @requires(fields: "price(currency: USD)")
    }
    type Size @shareable { width: Int! @external height: Int! @external }
    type Order @key(fields: "id") { id: ID! lines: [Line!]! @external pieces: Int! @requires(fields: "lines { quantity }") }
    type Line { quantity: Int! @external }
    scalar Amount
    type Account @key(fields: "number") {
      number: Amount!
      balance: Amount @external
      owner: String!
      fee: String @requires(fields: "balance")
    }
  `,
  delivery: `
    ${link('@key', '@external', '@requires', '@shareable')}
    type Query { delivery: String! }
    type Product @key(fields: "upc") { upc: ID! shipping: Int! @external deliveryPrice: Int! @requires(fields: "shipping") }
    type Place @key(fields: "city country { code }") { city: String! country: Country! hours: String! }
    type Country @shareable { code: String! }
  `,
  ratings: `
    ${link('@key', '@interfaceObject')}
    type Query { ratings: String! }
    type Product @key(fields: "sku") { sku: ID! rating: Int }
    type Maker @key(fields: "id") { id: ID! rating: Int! }
    type Media @key(fields: "id") @interfaceObject { id: ID! stars: Int! }
  `,
} as const

export type SubgraphName = keyof typeof typeDefs
export const subgraphNames = Object.keys(typeDefs) as SubgraphName[]
