// A list below a field that keeps the cursor: arrows choose, Enter or Tab inserts, Escape closes.
import { $$ } from './page.js';

export function chooser(text, box, { insert, close }) {
  const shown = () => $$('[role=option]:not([hidden])', box)
  const selected = () => shown().find(option => option.getAttribute('aria-selected') === 'true')

  function select(option) {
    for (const other of $$('[role=option]', box)) other.setAttribute('aria-selected', other === option)
    if (option) text.setAttribute('aria-activedescendant', option.id)
    option?.scrollIntoView({ block: 'nearest' })
  }

  const keys = {
    ArrowDown: () => select(shown()[(shown().indexOf(selected()) + 1) % shown().length]),
    ArrowUp: () => select(shown().at(shown().indexOf(selected()) - 1)),
    Enter: () => insert(selected()),
    Tab: () => insert(selected()),
    Escape: close,
  }
  text.addEventListener('keydown', event => {
    if (box.hidden || !keys[event.key] || (event.key !== 'Escape' && !shown().length)) return
    event.preventDefault()
    event.stopPropagation()
    keys[event.key]()
  }, { capture: true })
  box.addEventListener('mousedown', event => event.preventDefault())
  box.addEventListener('click', event => {
    const option = event.target.closest('[role=option]')
    if (option) insert(option)
  })
  text.addEventListener('blur', close)
  return { shown, select }
}
