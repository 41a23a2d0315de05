import { zipf } from "./chance.mjs";
import { placeholders } from "./session.mjs";

/**
 * Readings of devices over time. Every insert carries a newer timestamp than the last, so that a range on time alone
 * sends all writes to one shard; (device_id, ts) spreads them and keeps the range reads of a device together. One
 * device in six belongs to no site, so site_id is NULL. Dashboards over all devices scatter whatever the key.
 */
const devices = 500;
const sites = 24;
const siteOf = (device) => (device % 6 === 0 ? null : 1 + (device % sites));

export const metrics = {
  seconds: 190,

  load: `
    SELECT setseed(0.41);
    INSERT INTO sites SELECT n, 'Site ' || n FROM generate_series(1, ${sites}) n;
    INSERT INTO devices SELECT n, CASE WHEN n % 6 > 0 THEN 1 + n % ${sites} END, (ARRAY['TX-1', 'TX-2', 'Löwe'])[1 + n % 3] FROM generate_series(1, ${devices}) n;
    INSERT INTO readings SELECT d.id, now() - n * interval '5 minutes', d.site_id, metric, 20 * random()
      FROM devices d, generate_series(1, 36) n, unnest(ARRAY['temperature', 'humidity']) metric;
    INSERT INTO device_state SELECT device_id, max(ts), 20 FROM readings GROUP BY device_id;
    ANALYZE;`,

  sessions: [
    ...["gateway-1", "gateway-2", "gateway-3", "gateway-4"].map((name) => ({
      name,
      protocol: "prepared",
      thinkMs: 430,
      visit: gateway,
    })),
    ...["gateway-5", "gateway-6"].map((name) => ({ name, protocol: "simple", thinkMs: 200, visit: gateway })),
    ...["grafana-1", "grafana-2"].map((name) => ({ name, protocol: "simple", thinkMs: 330, visit: viewer })),
    { name: "grafana-3", protocol: "extended", thinkMs: 900, visit: viewer },
    { name: "alerting", protocol: "extended", thinkMs: 2_000, visit: alerting },
  ],
};

const watchedDevice = zipf(devices, 0.7);
const names = ["temperature", "humidity", "battery"];

/**
 * Collects what devices send and inserts it: one device at a time, now and then what a concentrator has gathered. It
 * also notes what it does for a single device as a structured access, for samples/access.csv.
 */
function gateway(db, random, accesses) {
  const note = (startedAt, operation, table, device, ts) => {
    if (accesses.length === 0) accesses.push("time,operation,table,duration_ms,device_id,site_id,ts");
    if (accesses.length > 600) return;
    const time = new Date().toISOString();
    accesses.push(
      [
        time,
        operation,
        table,
        (performance.now() - startedAt).toFixed(3),
        device,
        siteOf(device) ?? "",
        ts.toISOString(),
      ].join(","),
    );
  };
  const insert = (rows) =>
    db.run(
      `INSERT INTO readings (device_id, ts, site_id, metric, value) VALUES ${placeholders(rows.length / 5, 5)} ON CONFLICT DO NOTHING`,
      ...rows,
    );
  const reading = (device, ts, metric) => [
    device,
    ts,
    siteOf(device),
    metric,
    Number((5 + 30 * random.next()).toFixed(2)),
  ];

  return async () => {
    const ts = new Date();
    if (random.happens(0.12)) {
      const some = random.several(random.integer(3, 8), () => random.integer(1, devices));
      await insert(some.flatMap((device) => reading(device, ts, "temperature")));
      return;
    }
    const device = random.integer(1, devices);
    const sent = names.slice(0, random.integer(1, 3));
    let startedAt = performance.now();
    await insert(sent.flatMap((metric) => reading(device, ts, metric)));
    note(startedAt, "insert", "readings", device, ts);
    if (random.happens(0.4)) {
      startedAt = performance.now();
      await db.run(
        "INSERT INTO device_state (device_id, ts, value) VALUES ($1, $2, $3) ON CONFLICT (device_id) DO UPDATE SET ts = excluded.ts, value = excluded.value",
        device,
        ts,
        random.integer(0, 100),
      );
      note(startedAt, "upsert", "device_state", device, ts);
    }
    if (random.happens(0.1)) {
      startedAt = performance.now();
      await db.run("SELECT id, site_id, model, firmware FROM devices WHERE id = $1", device);
      note(startedAt, "select", "devices", device, ts);
    }
  };
}

/**
 * People looking at charts: mostly one device over some hours, sometimes a site, sometimes everything of the last
 * minutes.
 */
function viewer(db, random) {
  const hoursAgo = (hours) => new Date(Date.now() - hours * 3_600_000);
  const views = {
    chart: () =>
      db.run(
        "SELECT ts, value FROM readings WHERE device_id = $1 AND metric = $2 AND ts >= $3 AND ts < $4 ORDER BY ts",
        watchedDevice(random),
        random.pick(names),
        hoursAgo(random.pick([1, 3, 12])),
        new Date(),
      ),
    latest: () =>
      db.run(
        "SELECT ts, metric, value FROM readings WHERE device_id = $1 ORDER BY ts DESC LIMIT 10",
        watchedDevice(random),
      ),
    compare: () => {
      const some = random.several(random.integer(2, 5), () => watchedDevice(random));
      return db.run(
        `SELECT device_id, ts, value FROM device_state WHERE device_id IN (${placeholders(some.length, 1)})`,
        ...some,
      );
    },
    site: () =>
      db.run(
        "SELECT device_id, avg(value) FROM readings WHERE site_id = $1 AND ts > now() - interval '30 minutes' GROUP BY device_id",
        random.integer(1, sites),
      ),
    device: () =>
      db.run(
        "SELECT d.id, d.model, s.name FROM devices d LEFT JOIN sites s ON s.id = d.site_id WHERE d.id = $1",
        watchedDevice(random),
      ),
    overview: () =>
      db.run(
        "SELECT date_trunc('minute', ts) AS minute, metric, avg(value), max(value) FROM readings WHERE ts > now() - interval '10 minutes' GROUP BY 1, 2 ORDER BY 1, 2",
      ),
    lost: () =>
      db.run(
        "SELECT d.id, st.ts FROM devices d JOIN device_state st ON st.device_id = d.id WHERE st.ts < now() - interval '15 minutes' ORDER BY st.ts LIMIT 50",
      ),
  };
  return () =>
    random.weighted([
      [46, views.chart],
      [18, views.latest],
      [12, views.compare],
      [8, views.site],
      [8, views.device],
      [5, views.overview],
      [3, views.lost],
    ])();
}

/** Looks for readings out of bounds and keeps alerts. */
function alerting(db, random) {
  return async () => {
    const high = await db.run(
      "SELECT device_id, ts, metric, value FROM readings WHERE ts > now() - interval '5 seconds' AND value > $1 LIMIT 3",
      33,
    );
    for (const row of high) {
      await db.run(
        "INSERT INTO alerts (device_id, raised_at, metric, value) VALUES ($1, $2, $3, $4) ON CONFLICT (device_id, raised_at, metric) DO NOTHING",
        row.device_id,
        row.ts,
        row.metric,
        row.value,
      );
    }
    if (high.length > 0 && random.happens(0.5))
      await db.run(
        "UPDATE alerts SET acknowledged = true WHERE device_id = $1 AND NOT acknowledged",
        high[0].device_id,
      );
  };
}
