// Finding by words and by the first letters of their pinyin: "ljt" finds 垃圾桶.

const folded = (value) => String(value ?? "").normalize("NFKC").toLowerCase();

/**
 * An index over things. `of(thing)` gives {text, words: [..], initials}; the first weighs most. `find(query)` gives the things that
 * hold every word of the query, best first; an empty query gives all in their order.
 */
export function index(things, of) {
  const rows = things.map((thing) => {
    const { text, words = [], initials = "" } = of(thing);
    return { thing, text: folded(text), words: words.map(folded), initials: folded(initials).split(/\s+/) };
  });
  const weigh = (row, word) => {
    if (row.text.startsWith(word)) return 6;
    if (row.words.some((one) => one.startsWith(word))) return 5;
    if (row.text.includes(word)) return 4;
    if (row.words.some((one) => one.includes(word))) return 3;
    if (/^[a-z0-9]+$/.test(word)) {
      if (row.initials.some((one) => one.startsWith(word))) return 2;
      if (row.initials.some((one) => one.includes(word))) return 1;
    }
    return 0;
  };
  return {
    find(query) {
      const wanted = folded(query).split(/\s+/).filter(Boolean);
      if (!wanted.length) return rows.map((row) => row.thing);
      const found = [];
      rows.forEach((row, order) => {
        let weight = 0;
        for (const word of wanted) {
          const one = weigh(row, word);
          if (!one) return;
          weight += one;
        }
        found.push({ thing: row.thing, weight, order });
      });
      return found.sort((a, b) => b.weight - a.weight || a.order - b.order).map((one) => one.thing);
    },
  };
}
