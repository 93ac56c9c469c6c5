// Which rows of a scrolling list (their offsetParent) are on screen, and how they stay there.
export function isOnScreen(row, box) {
  const top = row.offsetTop - box.scrollTop
  return top + row.offsetHeight > 0 && top < box.clientHeight
}

// How many rows there are down to the last one on screen.
export const lastOnScreen = (rows, box) => rows.findLastIndex(row => isOnScreen(row, box)) + 1

// Remembers where a row stands; what is returned puts it there again after rows above it came or
// went. At the top of the list nothing is kept: there one sees what comes.
export function anchored(box, row) {
  if (!row || box.scrollTop < 4) return () => {}
  const { id } = row
  const stood = row.offsetTop - box.scrollTop
  return now => {
    const same = document.getElementById(id)
    if (same) now.scrollTop = same.offsetTop - stood
  }
}
