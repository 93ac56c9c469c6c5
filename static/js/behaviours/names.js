// Calling colleagues: an @ opens the list of who reads here, typing narrows it. Fetched once, when
// somebody first calls.
import { chooser } from '../chooser.js';
import { $, $$, fragment, parse } from '../page.js';

const BEGUN = /(^|[\s(])@([\p{L}\p{N}._-]*)$/u
const folded = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

export default function names(form) {
  const text = $('textarea', form)
  const box = $('#names', form)
  const status = $('#names-status', form)
  const begun = () => BEGUN.exec(text.value.slice(0, text.selectionStart))
  const list = chooser(text, box, { insert, close })
  let loaded = null

  function close() {
    box.hidden = true
    status.textContent = ''
    text.removeAttribute('aria-activedescendant')
  }

  async function open() {
    if (!begun()) return close()
    loaded ??= fragment(form.dataset.names).then(html => box.replaceChildren(parse(html ?? '')))
    try {
      await loaded
      narrow()
    } catch {
      loaded = null
    }
  }

  function narrow() {
    if (!begun()) return close()
    const start = folded(begun()[2])
    for (const option of $$('[role=option]', box)) {
      const words = [option.dataset.username, ...option.dataset.name.split(' ')]
      option.hidden = !words.some(word => folded(word).startsWith(start))
    }
    const found = list.shown()
    $('.none', box).hidden = found.length > 0
    box.hidden = false
    status.textContent = $('[data-count]', box).dataset.count.replace('%s', found.length)
    list.select(found[0])
  }

  function insert(option) {
    const start = text.selectionStart - begun()[2].length
    put(`${option.dataset.username} `, start, text.selectionStart)
    close()
    text.focus()
  }

  function put(words, start, end) {
    text.setRangeText(words, start, end, 'end')
    text.dispatchEvent(new Event('input', { bubbles: true }))
  }

  text.addEventListener('input', open)
  $('[data-at-sign]', form).addEventListener('click', () => {
    text.focus()
    const isApart = /(^|\s)$/.test(text.value.slice(0, text.selectionStart))
    put(isApart ? '@' : ' @', text.selectionStart, text.selectionEnd)
  })
}
