import { createHash, createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { InputError } from "../../base/input-error.ts";
import { Anonymizer } from "../../workload/anonymize/anonymize-part.ts";
import { inferSchema } from "../../workload/inferred-schema.ts";
import type { InputSummary } from "../../workload/workload.ts";
import type { StoredWorkload } from "./workload-file.ts";

const leastKeyBytes = 16;

/** Reads the key, before any log is read. */
export function readKeyFile(path: string | undefined): Uint8Array | undefined {
  if (path === undefined) return undefined;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new InputError(`--anonymize-key: ${path} can't be read (${(error as NodeJS.ErrnoException).code})`, {
      hint: "make one with: head -c 32 /dev/urandom > team.key",
    });
  }
  if (bytes.length < leastKeyBytes)
    throw new InputError(`--anonymize-key: ${path} has ${bytes.length} bytes, and a secret needs at least ${leastKeyBytes}`, {
      hint: "make one with: head -c 32 /dev/urandom > team.key",
    });
  return bytes;
}

/**
 * The summary with stand-ins for all that names or quotes something: tables, columns, aliases, values, sessions, transaction ids,
 * files. Times, counts, durations, offsets, sizes and what statements do stay. Without a secret one is made of the logs' digests:
 * who does not have the logs does not have it, and the same logs give the same bytes.
 *
 * What no schema declared is inferred here, because it follows from names too (`orders.id` is likelier a key than `orders.price`).
 */
export function anonymized(stored: StoredWorkload, secret: Uint8Array | undefined): StoredWorkload {
  if (stored.anonymized !== undefined)
    throw new InputError("--anonymize: the summary is anonymised already", { hint: "leave --anonymize out" });
  const key = createHash("sha256")
    .update(secret === undefined ? "logs\0" : "secret\0")
    .update(secret ?? stored.inputs.map(({ digest, bytes }) => `${digest} ${bytes}`).join("\n"))
    .digest();
  const anonymizer = new Anonymizer(key.subarray(0, 16));
  const { part } = stored;
  const shapeNumbers = new Map([...part.shapes.keys()].map((name, number) => [name, number]));
  const whole = inferSchema(
    {
      templates: [...part.templates.values()].map(({ shapeNames, ...sums }) => ({
        ...sums,
        shapes: shapeNames.map((name) => shapeNumbers.get(name)!),
      })),
      shapes: [...part.shapes].map(([name, sums]) => ({ name, ...sums })),
    },
    stored.schema,
  );
  return {
    part: anonymizer.part(part),
    inputs: stored.inputs.map((input) => anonymizedInput(input, anonymizer, key)),
    counted: anonymizer.columns(stored.counted),
    schema: anonymizer.schema(whole),
    lines: stored.lines,
    anonymized: createHmac("sha256", key).update("fingerprint").digest("hex").slice(0, 16),
  };
}

function anonymizedInput(input: InputSummary, anonymizer: Anonymizer, key: Uint8Array): InputSummary {
  const { summary: _, name, digest, warnings, ...rest } = input;
  const count = warnings.length;
  return {
    ...rest,
    name: `log-${anonymizer.name(name.replaceAll(".", "/"))}`,
    digest: `hmac-sha256:${createHmac("sha256", key).update(digest).digest("hex")}`,
    warnings: count === 0 ? [] : [`${count === 1 ? "a note" : `${count} notes`} on how it was read could name what is in it`],
  };
}
