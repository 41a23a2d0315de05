/** A made-up log, and what `zstd -19` 1.5 and `bzip2` 1.0.8 make of it. */
export const log =
  "ts,session,sql\n" +
  Array.from(
    { length: 40 },
    (_, n) =>
      `2026-11-20 07:44:${String(n).padStart(2, "0")},s${n % 3},SELECT * FROM orders WHERE id = ${(n * 7919) % 1000}\n`,
  ).join("");

export const packed = {
  zstd: Buffer.from(
    "KLUv/WRACLUHAGJOJhlgT9q4Pw5/kP9KotXLZC+t3Mmm5RCIAIcDAO+/ajZFiIzofnYzq7vp2RLLEO0t9db66p/r46XZ1P/3vlod3f5Q7SivElmzjPS+tX9v2a512fk9mppdnhHhIqJEl5impk/M1+vEuA7hPCKnWTQHx0kWyMNCOQnFwnACp1FoEA2DqcRUDe4GWacusAXodYCkkpgJJZISJDHpElWoEbBVvv6/AWA5DWOyCP4rcuEfJ9APAz8m5xVd9F3YWliRC1pVqcnbyzJmYaEXaXOQZbUgV3xU20D6cqA6K9sJpW37lb9xQWH2R8VJc8SUicVMn5v9D+7eVYoZYRg=",
    "base64",
  ),
  bzip2: Buffer.from(
    "QlpoOTFBWSZTWRNfi9QABJ/fgAAQQBZ/8gtGnIAGJbwAQAG3ShAxhMTQYIxDIwmDTRGT1Ej1TQAAAMYTE0GCMQyMJgVKUehPKmgABsUH6o+J3ve973vaSSSSSSSSSSSSSSXoAGHXoEUkhqI7hGBHoI+BHiI0vLs7Euzs4Ds7OzkEOSH6RHG+m6t1dJV1VxZRKhJ3eEoShKuX1AAYaADDjEpABhgM2uMW8JQRTOhYRz4ZUr1deV4nK17Qi16eoinMxl2c4PIxbWZ0wbLxrQAYLvADA50/IiCJADCngEF8KIvFrjmZ4dnNzzMGKzfCter83wAGFPgoAMHnOlWtWUESQY1mZxhgGFsQUatMg1V5uclGQAwq9QXeBYDJRm+MvVsGRc5NeQiwjiI7xGojoI2EaiMhG4jMRuI0EcBG4jYRuI0EfYjAjYR81EUxjOoivERgRoI/rwjKldv8XckU4UJATX4vUA==",
    "base64",
  ),
} as const;

/** A zstd frame that holds the bytes as they are, in blocks of at most `blockBytes` (RFC 8878, 3.1.1). */
export function zstdFrame(bytes: Uint8Array, blockBytes = 1000): Buffer {
  const parts = [Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58])];
  for (let at = 0; at < bytes.length; at += blockBytes) {
    const block = bytes.subarray(at, at + blockBytes);
    const last = at + blockBytes >= bytes.length ? 1 : 0;
    const header = Buffer.alloc(3);
    header.writeUIntLE(block.length * 8 + last, 0, 3);
    parts.push(header, Buffer.from(block));
  }
  return Buffer.concat(parts);
}
