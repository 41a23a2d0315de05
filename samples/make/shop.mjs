import { zipf } from "./chance.mjs";
import { placeholders } from "./session.mjs";

/**
 * A web shop. Nearly everything a visitor does names the customer, so customer_id is a good key and no customer is
 * hot; what scatters is what shops really do across customers: a login by e-mail, a parcel found by its tracking
 * code, the reviews of a product, the reports. Countries and categories are small and hardly ever written.
 */
const customers = 4_000;
const products = 600;

export const shop = {
  seconds: 270,

  load: `
    SELECT setseed(0.17);
    INSERT INTO countries VALUES ('DE', 'Germany', 19), ('FR', 'France', 20), ('PL', 'Polska', 23), ('IE', 'Éire', 23), ('IT', 'Italia', 22);
    INSERT INTO categories SELECT n, NULL, 'Department ' || n FROM generate_series(1, 6) n;
    INSERT INTO categories SELECT n, 1 + n % 6, 'Category ' || n FROM generate_series(7, 40) n;
    INSERT INTO products SELECT n, 7 + n % 34, 'Product ' || n, round((3 + 90 * random())::numeric, 2) FROM generate_series(1, ${products}) n;
    INSERT INTO inventory SELECT n, (200 * random())::int FROM generate_series(1, ${products}) n;
    INSERT INTO customers SELECT n, 'customer' || n || '@example.com', 'Customer ' || n, now() - random() * interval '3 years'
      FROM generate_series(1, ${customers}) n;
    INSERT INTO addresses SELECT n, 'home', n || ' High Street', 'Springfield', (ARRAY['DE', 'FR', 'PL', 'IE', 'IT'])[1 + n % 5]
      FROM generate_series(1, ${customers}) n;
    INSERT INTO orders SELECT n, 1 + (${customers} * random())::int % ${customers}, (ARRAY['paid', 'shipped', 'delivered']::order_status[])[1 + n % 3],
      round((20 + 200 * random())::numeric, 2), CASE WHEN n % 3 > 0 THEN 'TRK' || (100000 + n) END, now() - (12000 - n) * interval '11 minutes'
      FROM generate_series(1, 12000) n;
    INSERT INTO order_items SELECT o.id, line, o.customer_id, 1 + (o.id * 7 + line * 131) % ${products}, 1 + o.id % 3, 9.90
      FROM orders o, generate_series(1, 2) line;
    INSERT INTO payments (customer_id, order_id, amount, method) SELECT customer_id, id, total, 'card' FROM orders;
    INSERT INTO reviews SELECT customer_id, min(product_id), 4, 'Fine.' FROM order_items GROUP BY customer_id;
    SELECT setval(pg_get_serial_sequence('customers', 'id'), ${customers}), setval(pg_get_serial_sequence('orders', 'id'), 12000);
    ANALYZE;`,

  sessions: [
    ...["web-1", "web-2", "web-3", "web-4", "web-5"].map((name) => ({
      name,
      protocol: "simple",
      thinkMs: 480,
      visit: visitor,
    })),
    ...["app-1", "app-2", "app-3"].map((name) => ({ name, protocol: "prepared", thinkMs: 900, visit: visitor })),
    { name: "backoffice", protocol: "extended", thinkMs: 1_500, visit: backOffice },
    { name: "reports", protocol: "simple", thinkMs: 14_000, visit: reporting },
  ],
};

const customerByPopularity = zipf(customers, 0.3);
const productByPopularity = zipf(products, 0.8);
const cities = ["Kraków", "Saint-Étienne", "München", "Dún Laoghaire", "Cefalù", "Springfield"];
const praise = [
  "Très bien, merci!",
  "It's what I wanted",
  "Zu klein, leider",
  'Meh; arrived late, box "damaged"',
  "10/10 — świetne",
];

/** The page views of one visitor, one per call: the session remembers who it serves between calls. */
function visitor(db, random) {
  let customer;
  const product = () => productByPopularity(random);

  const pages = {
    async login() {
      customer = 1 + ((customerByPopularity(random) * 2_654_435_761) % customers); // popular customers are anywhere in the key space
      const [row] = await db.run(
        "SELECT id, name, last_login_at FROM customers WHERE email = $1",
        `customer${customer}@example.com`,
      );
      await db.run("UPDATE customers SET last_login_at = now() WHERE id = $1", row.id);
    },
    async home() {
      await db.run("SELECT name, email FROM customers WHERE id = $1", customer);
      await db.run("SELECT count(*) FROM cart_items WHERE customer_id = $1", customer);
      await db.run(
        "SELECT id, status, total, created_at FROM orders WHERE customer_id = $1 ORDER BY created_at DESC LIMIT 5",
        customer,
      );
    },
    async category() {
      const category = random.integer(7, 40);
      await db.run(
        "SELECT c.id, c.name, p.name AS parent FROM categories c LEFT JOIN categories p ON p.id = c.parent_id WHERE c.id = $1",
        category,
      );
      await db.run(
        "SELECT id, name, price FROM products WHERE category_id = $1 AND active ORDER BY name LIMIT $2 OFFSET $3",
        category,
        12,
        random.pick([0, 0, 0, 12]),
      );
    },
    async product() {
      const wanted = product();
      await db.run(
        "SELECT p.name, p.price, i.quantity FROM products p JOIN inventory i ON i.product_id = p.id WHERE p.id = $1",
        wanted,
      );
      if (random.happens(0.4))
        await db.run(
          "SELECT stars, body, written_at FROM reviews WHERE product_id = $1 ORDER BY written_at DESC LIMIT 10",
          wanted,
        );
    },
    async addToCart() {
      const wanted = product();
      await db.transaction(async () => {
        await db.run(
          "INSERT INTO carts (customer_id) VALUES ($1) ON CONFLICT (customer_id) DO UPDATE SET updated_at = now()",
          customer,
        );
        await db.run(
          "INSERT INTO cart_items (customer_id, product_id, quantity) VALUES ($1, $2, $3)\n" +
            "  ON CONFLICT (customer_id, product_id) DO UPDATE SET quantity = cart_items.quantity + excluded.quantity",
          customer,
          wanted,
          random.integer(1, 3),
        );
      });
    },
    async cart() {
      await db.run(
        "SELECT ci.product_id, ci.quantity, p.name, p.price\n  FROM cart_items ci\n  JOIN products p ON p.id = ci.product_id\n WHERE ci.customer_id = $1\n ORDER BY p.name",
        customer,
      );
    },
    async checkout() {
      const items = await db.run(
        "SELECT product_id, quantity FROM cart_items WHERE customer_id = $1 ORDER BY product_id",
        customer,
      );
      if (items.length === 0) return;
      const ids = items.map((item) => Number(item.product_id));
      await db.transaction(async () => {
        const stock = await db.run(
          `SELECT p.id, p.price, i.quantity FROM products p JOIN inventory i ON i.product_id = p.id WHERE p.id IN (${placeholders(ids.length, 1)}) FOR UPDATE OF i`,
          ...ids,
        );
        if (stock.some((row) => row.quantity < 3)) return false; // sold out: the whole order is rolled back
        const price = new Map(stock.map((row) => [row.id, Number(row.price)]));
        const total = items.reduce((sum, item) => sum + item.quantity * price.get(item.product_id), 0).toFixed(2);
        const [order] = await db.run(
          "INSERT INTO orders (customer_id, status, total) VALUES ($1, 'placed', $2) RETURNING id, created_at",
          customer,
          total,
        );
        const rows = items.flatMap((item, line) => [
          order.id,
          line + 1,
          customer,
          Number(item.product_id),
          item.quantity,
          price.get(item.product_id),
        ]);
        await db.run(
          `INSERT INTO order_items (order_id, line, customer_id, product_id, quantity, price) VALUES ${placeholders(items.length, 6)}`,
          ...rows,
        );
        for (const item of items)
          await db.run(
            "UPDATE inventory SET quantity = quantity - $1 WHERE product_id = $2",
            item.quantity,
            Number(item.product_id),
          );
        await db.run(
          "INSERT INTO payments (customer_id, order_id, amount, method) VALUES ($1, $2, $3, $4) RETURNING id",
          customer,
          order.id,
          total,
          random.pick(["card", "card", "invoice", "paypal"]),
        );
        await db.run("UPDATE orders SET status = 'paid' WHERE id = $1 AND customer_id = $2", order.id, customer);
        await db.run("DELETE FROM cart_items WHERE customer_id = $1", customer);
        return true;
      });
    },
    async history() {
      await db.run(
        "SELECT o.id, o.created_at, o.total, oi.line, oi.product_id, oi.quantity\n  FROM orders o\n  JOIN order_items oi ON oi.order_id = o.id AND oi.customer_id = o.customer_id\n" +
          " WHERE o.customer_id = $1 AND o.created_at >= now() - interval '6 months'\n ORDER BY o.created_at DESC, oi.line",
        customer,
      );
      if (random.happens(0.5))
        await db.run(
          "SELECT amount, method, paid_at FROM payments WHERE customer_id = $1 ORDER BY paid_at DESC LIMIT 20",
          customer,
        );
    },
    async addresses() {
      await db.run(
        "SELECT a.*, c.name AS country FROM addresses a JOIN countries c ON c.code = a.country_code WHERE a.customer_id = $1",
        customer,
      );
      if (random.happens(0.4)) {
        await db.run(
          "INSERT INTO addresses (customer_id, label, street, city, country_code) VALUES ($1, $2, $3, $4, $5)\n" +
            "  ON CONFLICT (customer_id, label) DO UPDATE SET street = excluded.street, city = excluded.city, country_code = excluded.country_code",
          customer,
          random.pick(["home", "work", "grand'ma"]),
          `${random.integer(1, 99)} rue de l'Église`,
          random.pick(cities),
          random.pick(["DE", "FR", "PL", "IE", "IT"]),
        );
      }
    },
    async review() {
      await db.run(
        "INSERT INTO reviews (customer_id, product_id, stars, body) VALUES ($1, $2, $3, $4) ON CONFLICT (customer_id, product_id) DO UPDATE SET stars = excluded.stars, body = excluded.body",
        customer,
        product(),
        random.integer(1, 5),
        random.pick(praise),
      );
    },
  };
  const next = [
    [16, pages.home],
    [12, pages.category],
    [22, pages.product],
    [14, pages.addToCart],
    [10, pages.cart],
    [7, pages.checkout],
    [8, pages.history],
    [5, pages.addresses],
    [3, pages.review],
  ];
  return async () => {
    if (customer === undefined || random.happens(0.18)) return pages.login();
    return random.weighted(next)();
  };
}

/** Support, the warehouse and the carrier's webhook: they know orders and parcels, not customers. */
function backOffice(db, random) {
  const tasks = {
    orderById: () => db.run("SELECT * FROM orders WHERE id = $1", random.integer(6_000, 12_100)),
    async ship() {
      const waiting = await db.run(
        "SELECT id, customer_id FROM orders WHERE status = 'paid' ORDER BY created_at LIMIT $1",
        3,
      );
      for (const order of waiting) {
        await db.run(
          "UPDATE orders SET status = 'shipped', tracking_code = $1 WHERE id = $2 AND customer_id = $3",
          `TRK${200_000 + Number(order.id)}`,
          order.id,
          order.customer_id,
        );
      }
    },
    parcel: () =>
      db.run(
        "UPDATE orders SET status = 'delivered' WHERE tracking_code = $1",
        `TRK${100_000 + random.integer(6_000, 12_000)}`,
      ),
    register: () =>
      db
        .run(
          "INSERT INTO customers (email, name) VALUES ($1, $2) RETURNING id",
          random.happens(0.1) ? "customer7@example.com" : `new${random.integer(1, 1e9)}@example.com`,
          random.pick(["Zoë Ó Briain", "Łukasz", "Renée D'Arcy"]),
        )
        .catch(ignoreDuplicate),
    restock: () =>
      db.run(
        "UPDATE inventory SET quantity = quantity + 50 WHERE product_id = ANY($1)",
        `{${random.several(3, () => random.integer(1, products)).join(",")}}`,
      ),
  };
  return () =>
    random.weighted([
      [30, tasks.orderById],
      [25, tasks.ship],
      [25, tasks.parcel],
      [10, tasks.register],
      [10, tasks.restock],
    ])();
}

function reporting(db, random) {
  const reports = [
    "SELECT date_trunc('day', created_at) AS day, status, count(*), sum(total) FROM orders WHERE created_at >= now() - interval '30 days' GROUP BY 1, 2 ORDER BY 1, 2",
    "WITH spent AS (\n  SELECT customer_id, sum(total) AS total FROM orders WHERE created_at >= now() - interval '90 days' GROUP BY customer_id\n)\n" +
      "SELECT c.id, c.name, s.total, rank() OVER (ORDER BY s.total DESC)\n  FROM spent s JOIN customers c ON c.id = s.customer_id\n ORDER BY s.total DESC LIMIT 20",
    "SELECT c.name, sum(oi.quantity * oi.price) AS revenue FROM order_items oi JOIN products p ON p.id = oi.product_id JOIN categories c ON c.id = p.category_id GROUP BY c.name ORDER BY revenue DESC",
    "SELECT count(*) FROM carts WHERE updated_at BETWEEN now() - interval '1 hour' AND now()",
  ];
  return () => db.run(random.pick(reports));
}

const ignoreDuplicate = (error) => {
  if (error.code !== "23505") throw error; // 23505: unique_violation, the e-mail is taken; the log shows the ERROR
};
