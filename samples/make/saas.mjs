import { zipf } from "./chance.mjs";

/**
 * A project tracker: tenant_id is in nearly every statement and routes well, but tenant 17 brings more than a third
 * of the load, so that no number of shards helps the shard it lives on. What crosses tenants: the login by e-mail and
 * the nightly jobs.
 */
const tenants = 80;
const bigTenant = 17;
const bigTenantShare = 0.38;
const usersPerTenant = 40; // ids are per tenant: user 3 exists in each of them
const projectsPerTenant = 12;
const tasksPerTenant = 300;

export const saas = {
  seconds: 200,

  load: `
    SELECT setseed(0.29);
    INSERT INTO plans VALUES ('free', 3, 0), ('team', 20, 49), ('business', 200, 199);
    INSERT INTO tenants SELECT n, 'Tenant ' || n, CASE WHEN n = ${bigTenant} THEN 'business' WHEN n % 3 = 0 THEN 'free' ELSE 'team' END
      FROM generate_series(1, ${tenants}) n;
    INSERT INTO users SELECT t, n, 'user' || n || '@tenant' || t || '.example', 'User ' || n FROM generate_series(1, ${tenants}) t, generate_series(1, ${usersPerTenant}) n;
    INSERT INTO projects SELECT t, n, 'Project ' || n FROM generate_series(1, ${tenants}) t, generate_series(1, ${projectsPerTenant}) n;
    INSERT INTO tasks (tenant_id, id, project_id, assignee_id, title, state, due_on)
      SELECT t, n, 1 + n % ${projectsPerTenant}, CASE WHEN n % 5 > 0 THEN 1 + n % ${usersPerTenant} END, 'Task ' || n,
             (ARRAY['open', 'doing', 'done'])[1 + n % 3], current_date + (n % 60)
      FROM generate_series(1, ${tenants}) t, generate_series(1, ${tasksPerTenant}) n;
    INSERT INTO comments (tenant_id, task_id, author_id, body) SELECT tenant_id, id, 1 + id % ${usersPerTenant}, 'First!' FROM tasks;
    INSERT INTO attachments (tenant_id, task_id, file_name, bytes) SELECT tenant_id, id, 'plan.pdf', 20000 FROM tasks WHERE id % 7 = 0;
    SELECT setval(pg_get_serial_sequence('tasks', 'id'), 1000), setval(pg_get_serial_sequence('comments', 'id'), 100000);
    ANALYZE;`,

  sessions: [
    ...["pool-1", "pool-2", "pool-3", "pool-4", "pool-5", "pool-6"].map((name) => ({
      name,
      protocol: "prepared",
      thinkMs: 560,
      visit: member,
      reconnectAfter: 150,
    })),
    ...["php-1", "php-2", "php-3", "php-4"].map((name) => ({
      name,
      protocol: "simple",
      thinkMs: 420,
      visit: member,
      reconnectAfter: 40,
    })),
    { name: "jobs", protocol: "extended", thinkMs: 6_000, visit: jobs },
  ],
};

const smallTenantByPopularity = zipf(tenants, 0.6);
const titles = [
  "Fix login, again",
  "Größe der Schrift",
  'Don\'t lose "draft" state',
  "Relevé mensuel",
  "Миграция базы",
];

/** One request of one member of one tenant per call, as a stateless web application makes them. */
function member(db, random) {
  const drawTenant = () => {
    if (random.happens(bigTenantShare)) return bigTenant;
    const tenant = smallTenantByPopularity(random);
    return tenant === bigTenant ? bigTenant + 1 : tenant;
  };
  const audit = (tenant, user, action, subject) =>
    db.run(
      "INSERT INTO audit_log (tenant_id, user_id, action, subject_id) VALUES ($1, $2, $3, $4)",
      tenant,
      user,
      action,
      subject,
    );

  const requests = {
    async login(tenant, user) {
      await db.run("SELECT tenant_id, id, name FROM users WHERE email = $1", `user${user}@tenant${tenant}.example`);
      await db.run("UPDATE users SET last_seen_at = now() WHERE tenant_id = $1 AND id = $2", tenant, user);
      await db.run(
        "SELECT t.name, p.code, p.max_projects FROM tenants t JOIN plans p ON p.code = t.plan_code WHERE t.id = $1",
        tenant,
      );
    },
    async board(tenant) {
      const project = random.integer(1, projectsPerTenant);
      await db.run("SELECT name, archived FROM projects WHERE tenant_id = $1 AND id = $2", tenant, project);
      await db.run(
        "SELECT t.id, t.title, t.state, t.due_on, u.name AS assignee\n  FROM tasks t\n  LEFT JOIN users u ON u.tenant_id = t.tenant_id AND u.id = t.assignee_id\n" +
          " WHERE t.tenant_id = $1 AND t.project_id = $2\n   AND t.state IN ('open', 'doing')\n ORDER BY t.due_on, t.id LIMIT 50",
        tenant,
        project,
      );
    },
    async task(tenant) {
      const task = random.integer(1, tasksPerTenant);
      await db.run("SELECT * FROM tasks WHERE tenant_id = $1 AND id = $2", tenant, task);
      await db.run(
        "SELECT id, author_id, body, written_at FROM comments WHERE tenant_id = $1 AND task_id = $2 ORDER BY written_at",
        tenant,
        task,
      );
      if (random.happens(0.5))
        await db.run(
          "SELECT id, file_name, bytes FROM attachments WHERE tenant_id = $1 AND task_id = $2",
          tenant,
          task,
        );
    },
    async mine(tenant, user) {
      await db.run(
        "SELECT id, title, due_on FROM tasks WHERE tenant_id = $1 AND assignee_id = $2 AND state <> 'done' ORDER BY due_on",
        tenant,
        user,
      );
    },
    async comment(tenant, user) {
      const task = random.integer(1, tasksPerTenant);
      await db.transaction(async () => {
        await db.run(
          "INSERT INTO comments (tenant_id, task_id, author_id, body) VALUES ($1, $2, $3, $4) RETURNING id",
          tenant,
          task,
          user,
          random.pick(titles),
        );
        await db.run("UPDATE tasks SET updated_at = now() WHERE tenant_id = $1 AND id = $2", tenant, task);
        await audit(tenant, user, "comment", task);
      });
    },
    async create(tenant, user) {
      await db.transaction(async () => {
        const [task] = await db.run(
          "INSERT INTO tasks (tenant_id, project_id, assignee_id, title, due_on) VALUES ($1, $2, $3, $4, current_date + 14) RETURNING id",
          tenant,
          random.integer(1, projectsPerTenant),
          random.happens(0.3) ? null : user,
          random.pick(titles),
        );
        if (random.happens(0.3)) {
          await db.run(
            "INSERT INTO attachments (tenant_id, task_id, file_name, bytes) VALUES ($1, $2, $3, $4) RETURNING id",
            tenant,
            task.id,
            "scan.png",
            random.integer(1_000, 900_000),
          );
        }
        await audit(tenant, user, "create", task.id);
      });
    },
    async move(tenant, user) {
      const tasks = random.several(random.integer(1, 4), () => random.integer(1, tasksPerTenant));
      await db.transaction(async () => {
        await db.run(
          "SELECT id, state FROM tasks WHERE tenant_id = $1 AND id = ANY($2) FOR UPDATE",
          tenant,
          `{${tasks.join(",")}}`,
        );
        await db.run(
          "UPDATE tasks SET state = $1, updated_at = now() WHERE tenant_id = $2 AND id = ANY($3)",
          random.pick(["open", "doing", "done"]),
          tenant,
          `{${tasks.join(",")}}`,
        );
        await audit(tenant, user, "move", tasks[0]);
        return !random.happens(0.08); // somebody was faster: the board rolls its change back
      });
    },
    async dashboard(tenant) {
      await db.run(
        "SELECT p.id, p.name, count(*) FILTER (WHERE t.state = 'open') AS open FROM projects p JOIN tasks t ON t.tenant_id = p.tenant_id AND t.project_id = p.id WHERE p.tenant_id = $1 GROUP BY p.id, p.name",
        tenant,
      );
      await db.run(
        "SELECT at, user_id, action, subject_id FROM audit_log WHERE tenant_id = $1 AND at > now() - interval '1 hour' ORDER BY at DESC LIMIT 20",
        tenant,
      );
    },
  };
  const next = [
    [8, requests.login],
    [22, requests.board],
    [26, requests.task],
    [12, requests.mine],
    [10, requests.comment],
    [7, requests.create],
    [8, requests.move],
    [7, requests.dashboard],
  ];
  return () => random.weighted(next)(drawTenant(), random.integer(1, usersPerTenant));
}

/** What runs over all tenants: reminders, usage figures, clean-up. */
function jobs(db, random) {
  const all = [
    () =>
      db.run(
        "SELECT tenant_id, id, assignee_id FROM tasks WHERE due_on = current_date + $1::integer AND state <> 'done' ORDER BY tenant_id LIMIT 200",
        random.integer(0, 3),
      ),
    () =>
      db.run("SELECT t.plan_code, count(*) FROM tenants t JOIN users u ON u.tenant_id = t.id GROUP BY t.plan_code"),
    () => db.run("SELECT code, monthly_price FROM plans"),
    () => db.run("DELETE FROM audit_log WHERE at < now() - $1::interval", "90 days"),
    () =>
      db.run(
        "UPDATE projects SET archived = true WHERE tenant_id = $1 AND id = $2",
        random.integer(1, tenants),
        projectsPerTenant,
      ),
  ];
  return () => random.pick(all)();
}
