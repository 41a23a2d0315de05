const parts = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"].concat(
  ["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
);

/** Settings of a table without any lines, two blanks between its columns. */
export const borderless = {
  chars: Object.fromEntries(parts.map((part) => [part, ""])),
  style: { head: [], border: [], compact: true, "padding-left": 0, "padding-right": 2 },
};
