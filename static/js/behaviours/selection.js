// Several rows at once: by their marks, with x, with Shift and a click, or all that are shown. What
// leaves the list is not selected any more.
import { $, $$ } from '../page.js';

export default function selection(pane) {
  const bar = $('#bulk-form', pane)
  if (!bar) return
  const chosen = new Set()
  let last = null // the row from which Shift reaches
  let isSelecting = false

  const marks = () => $$('#convos .mark', pane)
  const markOf = link => $('.mark', link.closest('#convos > li'))

  // Rows are redrawn by the server, which knows of no selection.
  function draw() {
    const shown = marks()
    const here = new Set(shown.map(mark => mark.value))
    for (const id of chosen) if (!here.has(id)) chosen.delete(id)
    for (const mark of shown) {
      mark.checked = chosen.has(mark.value)
      mark.tabIndex = isSelecting || chosen.size ? 0 : -1
    }
    pane.toggleAttribute('data-selecting', isSelecting || chosen.size > 0)
    $('#list-select', pane)?.setAttribute('aria-pressed', String(isSelecting || chosen.size > 0))
    const { one, many } = bar.dataset
    const text = chosen.size === 1 ? one : many.replace('%s', chosen.size)
    if (chosen.size && $('[data-count]', bar).textContent !== text) $('[data-count]', bar).textContent = text
  }

  function set(mark, isOn) {
    if (isOn) chosen.add(mark.value)
    else chosen.delete(mark.value)
  }

  function reach(mark, isOn = true) {
    const all = marks()
    const ends = [all.findIndex(one => one.value === last), all.indexOf(mark)].sort((a, b) => a - b)
    for (const one of ends[0] < 0 ? [mark] : all.slice(ends[0], ends[1] + 1)) set(one, isOn)
  }

  function clear() {
    chosen.clear()
    isSelecting = false
    draw()
  }

  pane.addEventListener('click', event => {
    if (event.target.closest('[data-select]')) {
      if (isSelecting || chosen.size) return clear()
      isSelecting = true
      return draw()
    }
    if (event.target.closest('[data-select-all]')) for (const mark of marks()) set(mark, true)
    const link = event.shiftKey && !event.ctrlKey && event.target.closest('.convo')
    const mark = link ? markOf(link) : event.target.closest('.mark')
    if (link) event.preventDefault()
    if (mark && event.shiftKey) reach(mark, link ? true : mark.checked)
    else if (mark) set(mark, mark.checked)
    if (mark) last = mark.value
    if (mark || event.target.closest('[data-select-all]')) draw()
  }, true)
  bar.addEventListener('reset', () => setTimeout(clear))
  pane.addEventListener('keydown', event => event.key === 'Escape' && chosen.size && !event.target.closest('input[type=search]') && clear())
  document.body.addEventListener('htmx:afterRequest', event => {
    const { xhr, requestConfig, elt } = event.detail
    const isDone = requestConfig.path.startsWith(bar.getAttribute('action').replace(/[^/]+\/$/, '')) && !('preview' in elt.dataset)
    if (isDone && xhr.status >= 200 && xhr.status < 300) clear()
  })
  document.addEventListener('ramal:shown', draw)
  pane.addEventListener('htmx:load', draw)
  draw()
}
