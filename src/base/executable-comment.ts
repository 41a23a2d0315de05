/**
 * Length of the mark that opens an executable comment at `at`, its version number included, or 0. The servers of MySQL
 * run what stands in `/*! ... *\/` and `/*!40001 ... *\/`
 * (https://dev.mysql.com/doc/refman/8.4/en/comments.html); MariaDB runs `/*M! ... *\/` too
 * (https://mariadb.com/kb/en/comment-syntax/). Whether the server is of the version asked for, a log does not say; no
 * server is of version 99.99.99, behind which MariaDB's dumps hide a command to their client.
 */
export function executableMark(bytes: Uint8Array, at: number, end: number): number {
  if (at + 2 >= end || bytes[at] !== 0x2f || bytes[at + 1] !== 0x2a) return 0;
  const isMariaDb = bytes[at + 2] === 0x4d;
  const bang = isMariaDb ? at + 3 : at + 2;
  if (bang >= end || bytes[bang] !== 0x21) return 0;
  let p = bang + 1;
  let nines = 0;
  for (; p < end && bytes[p]! >= 0x30 && bytes[p]! <= 0x39; p++) if (bytes[p] === 0x39) nines += 1;
  return isMariaDb && nines === 6 && p === bang + 7 ? 0 : p - at;
}

/** So many bytes tell whether a mark opens, and that its version is none. */
export const executableMarkBytes = "/*M!999999 ".length;
