import { html, type Html, type Part } from "./html.ts";

export interface Column {
  readonly heading: string;
  /** "number" is aligned at the right; "bar" takes the room that is left. */
  readonly kind: "text" | "number" | "bar";
}

export interface Cell {
  readonly content: Part;
  /** See `datum`. */
  readonly datum?: Html;
}

/** A table with a caption; the first cell of a row is its heading. Wide ones scroll by themselves, by keyboard too. */
export function dataTable(caption: string, columns: readonly Column[], rows: readonly (readonly Cell[])[]): Html {
  const head = columns.map(({ heading, kind }) => html`<th scope="col" class="${kind}">${heading}</th>`);
  const body = rows.map(
    (cells) =>
      html`<tr>${cells.map((cell, index) => {
        const { kind } = columns[index]!;
        return index === 0
          ? html`<th scope="row" class="${kind}"${cell.datum}>${cell.content}</th>`
          : html`<td class="${kind}"${cell.datum}>${cell.content}</td>`;
      })}</tr>\n`,
  );
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table>
<caption>${caption}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body}</tbody></table></div>
`;
}

export const text = (content: Part): Cell => ({ content });
