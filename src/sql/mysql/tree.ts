/**
 * A node of sqlparser-rs as its serializer writes it: `{ "Variant": payload }`, `"UnitVariant"` or a plain struct. The
 * package's
 * own types are older than what it prints, so nodes are read by name, and what has no translation keeps its operands.
 */
export type Tree = { readonly [field: string]: Tree } & Leaf;

/** Members of arrays and strings, so that a node can be asked what it is. */
interface Leaf {
  readonly length?: never;
}

/** The one variant of an enum node: its name and payload. */
export function variantOf(node: unknown): { tag: string; payload: Tree | undefined } {
  if (typeof node === "string") return { tag: node, payload: undefined };
  if (typeof node !== "object" || node === null) return { tag: "", payload: undefined };
  const [tag = ""] = Object.keys(node);
  return { tag, payload: (node as Tree)[tag] };
}

export function listOf(node: unknown): readonly Tree[] {
  return Array.isArray(node) ? (node as Tree[]) : [];
}

export function textOfLeaf(node: unknown): string {
  return typeof node === "string" ? node : "";
}

/** Null and absent fields are one thing: the serializer writes either. */
export function present(node: Tree | undefined): Tree | undefined {
  return node === null || node === undefined || (node as unknown) === "None" ? undefined : node;
}

/**
 * The folded words of a qualified name, `db.t` as ["db", "t"]. In MySQL quoting a name does not change which name it
 * is.
 */
export function nameParts(node: unknown): string[] {
  return listOf(node).map((part) => {
    const { tag, payload } = variantOf(part);
    const identifier = tag === "Identifier" ? payload : part;
    return textOfLeaf(identifier?.["value"]).toLowerCase();
  });
}

export function identifier(node: Tree | undefined): string {
  return textOfLeaf(node?.["value"]).toLowerCase();
}
