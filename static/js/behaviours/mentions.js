// Naming colleagues in a note: an @ opens their list, typing narrows it, arrows choose, Enter inserts.
import { $, $$, fragment, parse } from '../page.js';

const CALLED = /(?:^|[^\w@.])@([\w.\-\u00c0-\u017f]*)$/
const folded = text => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase()

export default function mentions(box) {
  const form = box.closest('form')
  const text = $('textarea', form)
  let loaded = null

  const isNote = () => form.dataset.mode === 'note'
  const shown = () => $$('[role=option]:not([hidden])', box)
  const selected = () => shown().find(option => option.getAttribute('aria-selected') === 'true')
  const called = () => CALLED.exec(text.value.slice(0, text.selectionStart))

  function close() {
    if (box.hidden) return
    box.hidden = true
    text.removeAttribute('aria-activedescendant')
    text.setAttribute('aria-controls', 'canned')
  }

  async function narrow() {
    if (!isNote() || !called()) return close()
    loaded ??= fragment(box.dataset.address).then(html => box.replaceChildren(parse(html ?? '')))
    try {
      await loaded
    } catch {
      loaded = null
      return
    }
    const begun = called()
    if (!begun) return close()
    const start = folded(begun[1])
    for (const option of $$('[role=option]', box)) {
      option.hidden = !folded(option.dataset.words).split(' ').some(word => word.startsWith(start))
    }
    $('.none', box).hidden = shown().length > 0
    box.hidden = false
    text.setAttribute('aria-controls', box.id)
    select(shown()[0])
  }

  function select(option) {
    for (const other of $$('[role=option]', box)) other.setAttribute('aria-selected', other === option)
    if (option) text.setAttribute('aria-activedescendant', option.id)
    option?.scrollIntoView({ block: 'nearest' })
  }

  function insert(option) {
    const end = text.selectionStart
    text.setRangeText(`${option.dataset.name} `, end - called()[1].length, end, 'end')
    text.dispatchEvent(new Event('input', { bubbles: true }))
    close()
    text.focus()
  }

  const keys = {
    ArrowDown: () => select(shown()[(shown().indexOf(selected()) + 1) % shown().length]),
    ArrowUp: () => select(shown().at(shown().indexOf(selected()) - 1)),
    Enter: () => selected() && insert(selected()),
    Tab: () => selected() && insert(selected()),
    Escape: close,
  }

  text.addEventListener('input', narrow)
  text.addEventListener('keydown', event => {
    if (box.hidden || !keys[event.key] || (event.key !== 'Escape' && !shown().length)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    keys[event.key]()
  }, { capture: true })
  box.addEventListener('mousedown', event => event.preventDefault())
  box.addEventListener('click', event => {
    const option = event.target.closest('[role=option]')
    if (option) insert(option)
  })
  text.addEventListener('blur', () => setTimeout(close, 150))
}
