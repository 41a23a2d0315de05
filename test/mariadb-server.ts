import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Connection, createConnection } from "mysql2/promise";

/** Where Debian and the MariaDB packages put the server; undefined where it is not installed. */
export const mariadbd = ["/usr/sbin/mariadbd", "/usr/libexec/mariadbd", "/usr/bin/mariadbd"].find((path) =>
  existsSync(path),
);

/** A throw-away MariaDB on a socket in a temporary folder, with user root without a password. */
export interface MariadbServer {
  readonly folder: string;
  readonly socketPath: string;
  connect(database?: string): Promise<Connection>;
  stop(): Promise<void>;
}

/** `settings` are arguments of mariadbd, such as `--slow-query-log=ON`. Throws where mariadbd is not installed. */
export async function startMariadb(settings: readonly string[]): Promise<MariadbServer> {
  if (mariadbd === undefined) throw new Error("mariadbd is not installed: apt-get install mariadb-server");
  const folder = mkdtempSync(join(tmpdir(), "shardplan-mariadb-"));
  // It refuses to run as root; 65534 needs no entry anywhere.
  const identity = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};
  if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);
  const options = { ...identity, cwd: folder, env: { ...process.env, HOME: folder, TZ: "UTC" } };
  const data = join(folder, "data");
  const installed = spawnSync(
    "mariadb-install-db",
    ["--no-defaults", `--datadir=${data}`, "--auth-root-authentication-method=normal", "--skip-test-db"],
    { ...options, encoding: "utf8" },
  );
  if (installed.status !== 0) throw new Error(`mariadb-install-db ended with ${installed.status}: ${installed.stderr}`);
  const socketPath = join(folder, "socket");
  const server = spawn(
    mariadbd,
    ["--no-defaults", `--datadir=${data}`, `--socket=${socketPath}`, "--skip-networking", `--tmpdir=${folder}`]
      .concat(["--innodb-buffer-pool-size=32M", "--pid-file=pid", "--log-error=errors"])
      .concat(settings),
    { ...options, stdio: "ignore" },
  );
  const stop = () => stopped(server).finally(() => rmSync(folder, { recursive: true, force: true }));
  const connect = (database?: string) =>
    createConnection({
      socketPath,
      user: "root",
      multipleStatements: true,
      ...(database !== undefined && { database }),
    });
  for (let attempt = 1; ; attempt++) {
    try {
      await (await connect()).end();
      return { folder, socketPath, connect, stop };
    } catch (error) {
      if (attempt === 100 || server.exitCode !== null) {
        await stop();
        throw error;
      }
      await sleep(100);
    }
  }
}

async function stopped(server: ChildProcess): Promise<void> {
  server.kill("SIGTERM");
  await new Promise((resolve) => (server.exitCode === null ? server.once("exit", resolve) : resolve(undefined)));
}
