/**
 * Writes samples/orders.csv: rows of the shop's orders as a dump of the table would have them. A few customers order much
 * more than the others, and ids and times grow with the rows.
 *
 *   node samples/make/orders.mjs
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chance } from "./chance.mjs";

const { next, pick, integer } = chance(7, "orders");
const statuses = ["placed", "paid", "paid", "shipped", "delivered"];
const lines = ["id,customer_id,status,total,created_at"];
let time = Date.UTC(2026, 2, 1);
for (let id = 1; id <= 600; id++) {
  time += integer(20, 420) * 1000;
  const customer = Math.ceil(400 ** next());
  const created = new Date(time).toISOString().slice(0, 19).replace("T", " ");
  lines.push([id, customer, pick(statuses), (5 + next() * 300).toFixed(2), created].join(","));
}
writeFileSync(join(import.meta.dirname, "../orders.csv"), `${lines.join("\n")}\n`);
