import type { Vindex } from "./vitess.ts";
import { md5, xxhashBytes } from "./vitess.ts";
import { ucaPrimaryKey } from "./uca-primary-key.ts";

/**
 * Vitess' vindex unicode_loose_md5: MD5 of the text's collation key without case, accents and width. NULL is no text.
 */
export const unicodeLooseMd5: Vindex = (value) => md5(ucaPrimaryKey(value));

/** Vitess' vindex unicode_loose_xxhash: XXH64 of the same collation key. */
export const unicodeLooseXxhash: Vindex = (value) => xxhashBytes(ucaPrimaryKey(value));
