export * from "./counter";
export * from "./csv";
export * from "./lane";
export * from "./memory";
export * from "./texts";
export * from "./trie";
