/** A part of a text, and where it begins. */
export interface Piece {
  readonly text: string;
  readonly offset: number;
}

/** What the engine of regular expressions can go through without running out of stack, whatever is in it. */
const size = 250_000;
/** Longer than any secret that is looked for. */
const overlap = 20_000;

/** A text in pieces that overlap, so that nothing is cut in two; nearly every text is one piece. */
export function piecesOf(text: string): readonly Piece[] {
  if (text.length <= size) return [{ text, offset: 0 }];
  const count = Math.ceil((text.length - overlap) / (size - overlap));
  return Array.from({ length: count }, (_, index) => {
    const offset = index * (size - overlap);
    return { text: text.slice(offset, offset + size), offset };
  });
}
