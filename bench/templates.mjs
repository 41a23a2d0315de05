/**
 * What the applications of a made-up shop say. `{name}` is filled by the writer of that name in generate.mjs;
 * everything else is the template. `{view}` and `{returning}` make variants: nothing in the first, "now() AS view_7"
 * in the others, so that one statement becomes as many distinct templates as asked for, with the same keys.
 *
 * A flow is what one session says in a row about one customer; a flow of one statement is a plain autocommitted one.
 */
const texts = {
  begin: "BEGIN",
  commit: "COMMIT",
  rollback: "ROLLBACK",
  customerById:
    "SELECT id, email, name, city, country_code, created_at{view} FROM customers WHERE id = {customer}{trace}",
  customerByMail: "SELECT id, password_hash{view} FROM customers WHERE email = '{mail}'",
  customerLogin: "UPDATE customers SET last_login_at = now() WHERE id = {customer}{returning}",
  customerInsert:
    "INSERT INTO customers (email, name, city) VALUES ('{mail}', '{person}', '{city}'){returning}{trace}",
  cartGet:
    "SELECT product_id, quantity, added_at{view} FROM cart_items WHERE customer_id = {customer} ORDER BY added_at{trace}",
  cartLock: "SELECT id{view} FROM carts WHERE customer_id = {customer} FOR UPDATE",
  cartAdd:
    "INSERT INTO cart_items (customer_id, product_id, quantity)\n  VALUES ({customer}, {product}, {small})\n" +
    "  ON CONFLICT (customer_id, product_id) DO UPDATE SET quantity = cart_items.quantity + 1{returning}",
  cartClear: "DELETE FROM cart_items WHERE customer_id = {customer}{returning}",
  orderInsert:
    "INSERT INTO orders (id, customer_id, status, total) VALUES ({newOrder}, {customer}, 'placed', {money}){returning}",
  orderItems: "INSERT INTO order_items (order_id, line, customer_id, product_id, price) VALUES {items}{returning}",
  orderPaid: "UPDATE orders SET status = 'paid' WHERE id = {order} AND customer_id = {customer}{returning}",
  orderById: "SELECT id, customer_id, status, total, created_at{view} FROM orders WHERE id = {oldOrder}{trace}",
  orderList:
    "SELECT id, status, total, created_at{view} FROM orders WHERE customer_id = {customer} ORDER BY created_at DESC LIMIT {page}",
  orderJoin:
    "SELECT o.id, oi.line, oi.price{view}\nFROM orders o\nJOIN order_items oi ON oi.order_id = o.id\nWHERE o.customer_id = {customer}",
  orderShipped: "UPDATE orders SET status = 'shipped' WHERE id IN ({orders}){returning}",
  orderRange: "SELECT count(*){view} FROM orders WHERE created_at >= '{day}' AND created_at < '{day}'",
  payment:
    "INSERT INTO payments (order_id, customer_id, amount, method) VALUES ({order}, {customer}, {money}, '{method}'){returning}",
  stockGet: "SELECT quantity{view} FROM inventory WHERE product_id = {product}",
  stockTake: "UPDATE inventory SET quantity = quantity - {small} WHERE product_id = {product}{returning}",
  productById:
    "SELECT id, name, price, currency, weight_grams, active{view} FROM products WHERE id = {product}{trace}",
  productList: "SELECT id, name, price{view} FROM products WHERE id IN ({products}){trace}",
  productSearch: "SELECT id, name{view} FROM products WHERE name ILIKE '%{word}%' ORDER BY name LIMIT {page}",
  reviewList:
    "SELECT stars, body{view} FROM reviews WHERE product_id = {product} ORDER BY written_at DESC LIMIT {page}",
  reviewAdd:
    "INSERT INTO reviews (customer_id, product_id, stars, body) VALUES ({customer}, {product}, {small}, '{words}'){returning}",
  sessionGet:
    "SELECT s.customer_id, s.expires_at{view} FROM sessions s WHERE s.token = '{token}' AND s.expires_at > now()",
  sessionTouch: "UPDATE sessions SET seen_at = now() WHERE token = '{token}'{returning}",
  address:
    "UPDATE addresses SET street = '{street}', city = '{city}' WHERE customer_id = {customer} AND label = 'home'{returning}",
  eventAdd:
    "INSERT INTO events (at, customer_id, kind, payload) VALUES ('{now}', {customer}, '{word}', '{json}'){returning}",
  topCustomers:
    "WITH spent AS (\n  SELECT customer_id, sum(total) AS total FROM orders WHERE created_at >= '{day}' GROUP BY customer_id\n)\n" +
    "SELECT c.id, c.name, s.total{view} FROM spent s JOIN customers c ON c.id = s.customer_id ORDER BY s.total DESC LIMIT {page}",
};

export const flows = [
  [150, ["customerById"]],
  [25, ["customerByMail", "customerLogin"]],
  [6, ["customerInsert"]],
  [140, ["cartGet"]],
  [60, ["begin", "cartLock", "cartAdd", "commit"]],
  [
    18,
    [
      "begin",
      "cartGet",
      "orderInsert",
      "orderItems",
      "stockTake",
      "stockTake",
      "payment",
      "orderPaid",
      "cartClear",
      "commit",
    ],
  ],
  [2, ["begin", "cartLock", "stockGet", "rollback"]],
  [60, ["orderById"]],
  [80, ["orderList"]],
  [35, ["orderJoin"]],
  [10, ["orderShipped"]],
  [2, ["orderRange"]],
  [70, ["stockGet"]],
  [190, ["productById"]],
  [40, ["productList"]],
  [14, ["productSearch"]],
  [45, ["reviewList"]],
  [12, ["reviewAdd"]],
  [200, ["sessionGet"]],
  [60, ["sessionTouch"]],
  [10, ["address"]],
  [40, ["eventAdd"]],
  [1, ["topCustomers"]],
];

/**
 * At most `count` templates: all base statements, then one more variant of each in turn. Base name to its variants'
 * texts.
 */
export function templates(count) {
  const names = Object.keys(texts);
  const fixed = names.filter((name) => !/\{(view|returning)\}/.test(texts[name]));
  const varying = names.length - fixed.length;
  const chosen = new Map();
  const left = count - names.length;
  if (left < 0) throw new RangeError(`there are ${names.length} statements: ask for at least as many templates`);
  for (const [index, name] of names.filter((name) => !fixed.includes(name)).entries()) {
    const extra = Math.floor(left / varying) + (index < left % varying ? 1 : 0);
    chosen.set(
      name,
      Array.from({ length: 1 + extra }, (_, variant) => variantOf(texts[name], variant)),
    );
  }
  for (const name of fixed) chosen.set(name, [texts[name]]);
  return chosen;
}

function variantOf(text, variant) {
  return text
    .replace("{view}", variant === 0 ? "" : `, now() AS view_${variant}`)
    .replace("{returning}", variant === 0 ? "" : ` RETURNING now() AS view_${variant}`);
}
