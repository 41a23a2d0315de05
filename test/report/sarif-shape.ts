import { z } from "zod";

/**
 * The parts of SARIF 2.1.0 that are written, strictly: required properties, types and limits as in sarif-schema-2.1.0.json
 * (https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json; sections 3.13 sarifLog,
 * 3.14 run, 3.27 result, 3.28 location, 3.29 physicalLocation, 3.30 region).
 */
const message = z.strictObject({ text: z.string().min(1) });
const uri = z.string().regex(/^(?:file:\/\/)?(?:[\w\-.~!$&'()*+,;=:@/]|%[0-9A-F]{2})+$/);
const physicalLocation = z.strictObject({
  artifactLocation: z.strictObject({ uri }),
  region: z
    .strictObject({
      startLine: z.int().min(1).optional(),
      startColumn: z.int().min(1).optional(),
      byteOffset: z.int().min(-1).optional(),
    })
    .optional(),
});
const location = z.strictObject({ id: z.int().min(-1).optional(), message: message.optional(), physicalLocation });

export const sarifShape = z.strictObject({
  $schema: z.url(),
  version: z.literal("2.1.0"),
  runs: z.array(
    z.strictObject({
      tool: z.strictObject({
        driver: z.strictObject({
          name: z.string().min(1),
          version: z.string(),
          rules: z.array(z.strictObject({ id: z.string().min(1), shortDescription: message })),
        }),
      }),
      results: z.array(
        z.strictObject({
          ruleId: z.string(),
          ruleIndex: z.int().min(-1),
          level: z.enum(["none", "note", "warning", "error"]),
          kind: z.enum(["notApplicable", "pass", "fail", "review", "open", "informational"]),
          message,
          locations: z.array(location).min(1),
          relatedLocations: z.array(location),
          partialFingerprints: z.record(z.string(), z.string()),
        }),
      ),
    }),
  ),
});
