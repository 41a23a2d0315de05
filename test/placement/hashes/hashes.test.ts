import { createCipheriv } from "node:crypto";
import { crc32 as zlibCrc32 } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { KeyValue } from "../../../src/workload/key-value.ts";
import { cassandraTokenInto } from "../../../src/placement/hashes/cassandra.ts";
import { cityHash32 } from "../../../src/placement/hashes/cityhash32.ts";
import { crc16, redisSlot } from "../../../src/placement/hashes/crc16.ts";
import { couchbaseVBucket, crc32 } from "../../../src/placement/hashes/crc32.ts";
import { desNullKeyInto } from "../../../src/placement/hashes/des-null-key.ts";
import { fnv1_32 } from "../../../src/placement/hashes/fnv1.ts";
import { jumpBucket } from "../../../src/placement/hashes/jump.ts";
import { mongodbHash, mongodbNumber, mongodbSplitPoints } from "../../../src/placement/hashes/mongodb.ts";
import { murmur2 } from "../../../src/placement/hashes/murmur2.ts";
import { murmur3_128Into, murmur3_32 } from "../../../src/placement/hashes/murmur3.ts";
import { postgresHash32 } from "../../../src/placement/hashes/postgres.ts";
import { ucaPrimaryKey } from "../../../src/placement/hashes/uca-primary-key.ts";
import { vindexes } from "../../../src/placement/hashes/vitess.ts";
import {
  bigIntToWords,
  multiplyHigh,
  wordsModulo,
  wordsToBigInt,
  wordsToHex,
  zeroWords,
} from "../../../src/placement/hashes/words.ts";
import { xxhash64Into, xxhash64IntegerInto } from "../../../src/placement/hashes/xxhash64.ts";

// Known answers of the functions' own authors, so that a mistake shows where it was made. Whole systems are checked in
// test/reference/placement-vectors.test.ts.

const utf8 = (text: string): Uint8Array => Buffer.from(text, "utf8");
const of = <T>(hash: (bytes: Uint8Array, start: number, end: number) => T, text: string): T => {
  const bytes = utf8(`<${text}>`);
  return hash(bytes, 1, bytes.length - 1);
};
const word = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n });

describe("Words", () => {
  it("hold 64 bits", () => {
    fc.assert(
      fc.property(word, (value) => {
        const words = bigIntToWords(value);
        expect([wordsToBigInt(words), wordsToHex(words)]).toEqual([value, value.toString(16).padStart(16, "0")]);
      }),
    );
  });
  it("have remainders and high products like big integers", () => {
    fc.assert(
      fc.property(word, fc.integer({ min: 1, max: 2 ** 21 - 1 }), (value, modulus) => {
        const { low, high } = bigIntToWords(value);
        expect(wordsModulo(low, high, modulus)).toBe(Number(value % BigInt(modulus)));
        expect(multiplyHigh(low, high) >>> 0).toBe(Number((BigInt(low >>> 0) * BigInt(high >>> 0)) >> 32n));
      }),
    );
  });
});

describe("XXH64", () => {
  const hex = (text: string) => {
    const words = zeroWords();
    of((bytes, start, end) => xxhash64Into(bytes, start, end, 0, 0, words), text);
    return wordsToHex(words);
  };
  it("agrees with xxHash's own answers", () => {
    expect([hex(""), hex("a"), hex("abc")]).toEqual(["ef46db3751d8e999", "d24ec4f1a98c6e5b", "44bc2cf5ad770999"]);
    expect(hex("Nobody inspects the spammish repetition")).toBe("fbcea83c8a378bf1");
  });
  it("of an integer is that of its eight bytes, whatever the seed", () => {
    fc.assert(
      fc.property(word, word, (value, seed) => {
        const bytes = Buffer.alloc(8);
        bytes.writeBigUInt64LE(value);
        const [input, start] = [bigIntToWords(value), bigIntToWords(seed)];
        const [slow, fast] = [zeroWords(), zeroWords()];
        xxhash64Into(bytes, 0, 8, start.low, start.high, slow);
        xxhash64IntegerInto(input.low, input.high, start.low, start.high, fast);
        expect(fast).toEqual(slow);
      }),
    );
  });
});

describe("Murmur", () => {
  it("3, 32 bits", () => {
    const hex = (text: string, seed = 0) =>
      (of((bytes, start, end) => murmur3_32(bytes, start, end, seed), text) >>> 0).toString(16);
    expect([hex(""), hex("", 1), hex("test"), hex("Hello, world!")]).toEqual([
      "0",
      "514e28b7",
      "ba6bd213",
      "c0363e43",
    ]);
    expect(hex("The quick brown fox jumps over the lazy dog")).toBe("2e4ff723");
  });
  it("3, 128 bits", () => {
    const hex = (text: string) => {
      const [first, second] = [zeroWords(), zeroWords()];
      of((bytes, start, end) => murmur3_128Into(bytes, start, end, "unsigned", first, second), text);
      return wordsToHex(first) + wordsToHex(second);
    };
    expect(hex("hello")).toBe("cbd8a7b341bd9b025b1e906a48ae1d19");
    expect(hex("The quick brown fox jumps over the lazy dog")).toBe("e34bbc7bbc071b6c7a433ca9c49a9347");
  });
  it("3 in Cassandra takes the last bytes as signed, and never gives a key the smallest token", () => {
    const token = (...bytes: number[]) => {
      const words = zeroWords();
      cassandraTokenInto(Uint8Array.from(bytes), 0, bytes.length, words);
      return BigInt.asIntN(64, wordsToBigInt(words));
    };
    // reference/targets.md, 1.2: the unsigned variant gives 7934100349153615916.
    expect(token(0xfe, 0xfe, 0xfe, 0xfe)).toBe(4566408979886474012n);
    expect(token()).toBe(-(2n ** 63n));
  });
  it("2 in Kafka", () => {
    // org.apache.kafka.common.utils.UtilsTest
    expect([of(murmur2, "foobar"), of(murmur2, "abc")]).toEqual([-790332482, 479470107]);
  });
});

describe("Cyclic redundancy checks and FNV", () => {
  it("have their check values for 123456789", () => {
    expect([of(crc16, "123456789"), of(crc32, "123456789")]).toEqual([0x31c3, 0xcbf43926]);
    expect(of(fnv1_32, "foobar")).toBe(0x31f0b262);
  });
  it("CRC-32 is zlib's", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(crc32(bytes, 0, bytes.length)).toBe(zlibCrc32(bytes));
      }),
    );
  });
  it("Redis hashes what stands in the first braces, if anything does", () => {
    const slot = (key: string) => of(redisSlot, key);
    expect(slot("{user1000}.following")).toBe(slot("user1000"));
    expect(slot("foo{bar}{zap}")).toBe(slot("bar"));
    expect(slot("foo{{bar}}zap")).toBe(slot("{bar"));
    expect(slot("foo{}{bar}")).not.toBe(slot("bar"));
    expect(slot("foo{bar")).toBe(of(crc16, "foo{bar") & 0x3fff);
  });
  it("Couchbase takes the CRC's upper half without its top bit", () => {
    expect(of((bytes, start, end) => couchbaseVBucket(bytes, start, end, 1024), "123456789")).toBe(0x4bf4 % 1024);
  });
});

describe("DES with a null key", () => {
  const encrypt = (value: bigint) => {
    const { low, high } = bigIntToWords(value);
    const words = zeroWords();
    desNullKeyInto(low, high, words);
    return wordsToBigInt(words);
  };
  it("turns zeros into 8ca64de9c1b123a7", () => expect(encrypt(0n)).toBe(0x8ca64de9c1b123a7n));
  it("is OpenSSL's 3DES with 24 zeros", () => {
    fc.assert(
      fc.property(word, (value) => {
        const cipher = createCipheriv("des-ede3-ecb", Buffer.alloc(24), null).setAutoPadding(false);
        const block = Buffer.alloc(8);
        block.writeBigUInt64BE(value);
        expect(encrypt(value)).toBe(cipher.update(block).readBigUInt64BE());
      }),
    );
  });
});

describe("Vitess' hash vindex", () => {
  it("takes integers and their digits, nothing that merely looks like them", () => {
    expect(vindexes.hash("text:12")).toEqual(vindexes.hash("int:12"));
    expect(vindexes.hash("bytes:12")).toBeUndefined();
  });
});

describe("PostgreSQL", () => {
  it("hashes special numerics to 0 (hash_numeric) and zeros of any kind to one hash", () => {
    expect(["decimal:NaN", "decimal:Infinity"].map((key) => postgresHash32(key as KeyValue))).toEqual([0, 0]);
    expect(postgresHash32("decimal:0")).toBe(-1);
    expect(postgresHash32("float:0")).toBe(0);
  });
});

describe("CityHash32", () => {
  it("agrees with github.com/go-faster/city v1.0.1 at every length class", () => {
    // Bytes 0, 7, 14, ... of the given length.
    const ramp = (length: number) => Uint8Array.from({ length }, (_, index) => index * 7);
    expect([0, 3, 9, 20, 77].map((length) => cityHash32(ramp(length), 0, length))).toEqual(cityAnswers);
  });
  const cityAnswers = [3696677242, 1171858578, 1128138595, 3466277591, 2956996748];
});

describe("Jump", () => {
  it("moves a key only to the bucket that is new", () => {
    fc.assert(
      fc.property(word, fc.integer({ min: 1, max: 500 }), (value, buckets) => {
        const { low, high } = bigIntToWords(value);
        expect([jumpBucket(low, high, buckets), buckets]).toContain(jumpBucket(low, high, buckets + 1));
      }),
    );
  });
});

describe("MongoDB", () => {
  it("cuts numbers towards zero, to 64 bits", () => {
    expect([42.9, -42.9, Number.NaN, 1e300, -1e300].map(mongodbNumber)).toEqual([
      42n,
      -42n,
      0n,
      2n ** 63n - 1n,
      -(2n ** 63n),
    ]);
  });
  it("tells an empty object from an empty array and from null", () => {
    const hashes = [
      mongodbHash({ bson: "object", fields: [] }),
      mongodbHash({ bson: "array", fields: [] }),
      mongodbHash({ bson: "null" }),
    ];
    expect(new Set(hashes).size).toBe(3);
  });
  it("splits symmetrically about zero", () => {
    for (const chunks of [1, 2, 3, 6, 7]) {
      const points = mongodbSplitPoints(chunks);
      expect(points.length).toBe(chunks - 1);
      expect([...points].reverse().map((point) => -point || 0n)).toEqual(points.map((point) => point || 0n));
    }
  });
});

describe("Primary collation keys", () => {
  const key = (text: string) => Buffer.from(ucaPrimaryKey(`text:${text}`)).toString("hex");
  it("tell letters apart, but neither case, accents, width nor trailing spaces", () => {
    for (const text of ["TEST", "tést", "te\u0301st", "ｔｅｓｔ", "test  "]) expect(key(text)).toBe(key("test"));
    for (const text of ["tests", "tset", " test", "te-st"]) expect(key(text)).not.toBe(key("test"));
  });
  it("agree with golang.org/x/text v0.14.0 on contractions, Hangul and ideographs", () => {
    // collate.New(language.English, collate.Loose).Key
    expect(key("й")).toBe(key("и\u0306"));
    expect(key("й")).not.toBe(key("и"));
    expect([key("가"), key("漢"), key("a1")]).toEqual(["315631d4", "816f22", "15ef14e7"]);
  });
});
